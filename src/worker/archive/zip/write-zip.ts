import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { ProviderError } from "../../provider.ts";
import { escapeName } from "../refusal.ts";

export interface NewZipEntry {
  /** Relative, `/` between segments, no trailing `/`. */
  readonly path: string;
  /** Permission bits; links and folders have their own. */
  readonly mode: number;
  readonly modified: Date;
  readonly source: ZipSource;
}

export type ZipSource =
  | { readonly kind: "file"; readonly path: string }
  /** Opened when its turn comes, one at a time. */
  | { readonly kind: "stream"; open(): Readable | Promise<Readable> }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder" };

/** The archive became larger than it may be; its file is gone. */
export class ArchiveTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`archive exceeds ${limitBytes} bytes`);
    this.name = "ArchiveTooLargeError";
  }
}

const EARLIEST = Date.UTC(1980, 0, 1);

/**
 * Writes a zip: entries sorted by the bytes of their names, deflate level 6, Unix modes, DOS times in UTC, nothing
 * else (P12.6). The same entries make the same bytes. Streams: memory doesn't grow with the contents.
 *
 * @param file is made or replaced; gone when writing fails
 * @param maxBytes the packed size at most
 * @throws ArchiveTooLargeError
 * @throws ProviderError for a name that a zip can't hold (a backslash, which readers take for `/`)
 */
export async function writeZip(
  entries: AsyncIterable<NewZipEntry> | Iterable<NewZipEntry>,
  file: string,
  maxBytes: number,
): Promise<void> {
  const zip = new ZipFile();
  const failed = Promise.withResolvers<never>();
  zip.once("error", failed.reject);
  const written = pipeline(zip.outputStream, upTo(maxBytes), createWriteStream(file));
  try {
    for (const entry of await sorted(entries)) add(zip, entry);
    zip.end();
    await Promise.race([written, failed.promise]);
  } catch (error) {
    (zip.outputStream as Readable).destroy();
    await Promise.allSettled([written]);
    await rm(file, { force: true });
    throw error;
  }
}

async function sorted(entries: AsyncIterable<NewZipEntry> | Iterable<NewZipEntry>): Promise<NewZipEntry[]> {
  const keyed = (await Array.fromAsync(entries)).map((entry) => ({ entry, key: Buffer.from(entry.path) }));
  return keyed.sort((a, b) => a.key.compare(b.key)).map(({ entry }) => entry);
}

function add(zip: ZipFile, entry: NewZipEntry): void {
  const { path, source } = entry;
  if (path.includes("\\")) {
    throw new ProviderError(
      "ConfigurationError",
      `File name '${escapeName(path)}' can't be stored in a ZIP file`,
    );
  }
  const options = { mtime: dosTime(entry.modified), forceDosTimestamp: true };
  const file = { ...options, mode: 0o100000 | (entry.mode & 0o777) };
  switch (source.kind) {
    case "file":
      addLazily(zip, path, file, () => createReadStream(source.path));
      break;
    case "stream":
      addLazily(zip, path, file, source.open);
      break;
    case "link":
      addLazily(zip, path, { ...options, mode: 0o120777 }, () => Readable.from([Buffer.from(source.target)]));
      break;
    case "folder":
      zip.addEmptyDirectory(path, { ...options, mode: 0o040755 });
      break;
  }
}

/** Opens when it is this entry's turn, so that 100,000 files don't take 100,000 descriptors. */
function addLazily(
  zip: ZipFile,
  path: string,
  options: { mtime: Date; mode: number },
  open: () => Readable | Promise<Readable>,
): void {
  zip.addReadStreamLazy(path, options, (done) => {
    Promise.resolve()
      .then(open)
      .then(
        (stream) => {
          stream.once("error", (error) => zip.emit("error", error));
          done(null, stream);
        },
        (error: unknown) => zip.emit("error", error),
      );
  });
}

/** yazl writes local time; this is the moment whose local time reads as `time` does in UTC. */
function dosTime(time: Date): Date {
  const utc = new Date(Math.max(time.getTime(), EARLIEST));
  return new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
}

function upTo(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new ArchiveTooLargeError(maxBytes));
      else done(null, chunk);
    },
  });
}
