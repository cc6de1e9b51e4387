import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ProviderError } from "../../provider.ts";
import { escapeName } from "../refusal.ts";
import { ContentsWriter } from "./contents-writer.ts";
import {
  centralRecord,
  dataDescriptor,
  endRecords,
  localHeader,
  type WrittenEntry,
  type ZipRecordEntry,
} from "./records.ts";

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

/** What readers take for another name: a backslash for `/`, and names that lead elsewhere. */
const UNFIT_NAME = /\\|^\/|^[A-Za-z]:|(^|\/)\.\.(\/|$)/;

/**
 * Writes a zip: entries sorted by the bytes of their names, deflate level 6, Unix modes, DOS times in UTC, nothing
 * else (P12.6). The same entries make the same bytes. Streams: memory doesn't grow with the contents.
 *
 * @param file is made or replaced; gone when writing fails
 * @param maxBytes the packed size at most
 * @throws ArchiveTooLargeError
 * @throws ProviderError for a name that a zip can't hold
 */
export async function writeZip(
  entries: AsyncIterable<NewZipEntry> | Iterable<NewZipEntry>,
  file: string,
  maxBytes: number,
): Promise<void> {
  const ordered = await sorted(entries);
  for (const { path } of ordered) checkName(path);
  try {
    await pipeline(zipBytes(ordered), upTo(maxBytes), createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function sorted(entries: AsyncIterable<NewZipEntry> | Iterable<NewZipEntry>): Promise<NewZipEntry[]> {
  const keyed = (await Array.fromAsync(entries)).map((entry) => ({ entry, key: Buffer.from(entry.path) }));
  return keyed.sort((a, b) => a.key.compare(b.key)).map(({ entry }) => entry);
}

function checkName(path: string): void {
  if (!UNFIT_NAME.test(path)) return;
  throw new ProviderError(
    "ConfigurationError",
    `File name '${escapeName(path)}' can't be stored in a ZIP file`,
  );
}

/** Each entry is opened when its turn comes, so that 100,000 files don't take 100,000 descriptors. */
async function* zipBytes(entries: readonly NewZipEntry[]): AsyncGenerator<Buffer> {
  const written: WrittenEntry[] = [];
  let offset = 0;
  for (const entry of entries) {
    const start = recordOf(entry);
    const header = localHeader(start);
    yield header;
    const writer = new ContentsWriter();
    const contents = await openContents(entry.source);
    if (contents !== undefined) yield* writer.deflate(contents);
    const { crc, packed, unpacked } = writer;
    const end = { ...start, crc, packed, unpacked, offset };
    const descriptor = dataDescriptor(end);
    yield descriptor;
    written.push(end);
    offset += header.length + packed + descriptor.length;
  }
  let size = 0;
  for (const entry of written) {
    const record = centralRecord(entry);
    size += record.length;
    yield record;
  }
  yield endRecords({ entries: written.length, offset, size });
}

function recordOf({ path, mode, modified, source }: NewZipEntry): ZipRecordEntry {
  switch (source.kind) {
    case "file":
    case "stream":
      return { name: Buffer.from(path), folder: false, unixMode: 0o100000 | (mode & 0o777), modified };
    case "link":
      return { name: Buffer.from(path), folder: false, unixMode: 0o120777, modified };
    case "folder":
      return { name: Buffer.from(`${path}/`), folder: true, unixMode: 0o040755, modified };
  }
}

/** Undefined for folders. */
async function openContents(source: ZipSource): Promise<Readable | undefined> {
  switch (source.kind) {
    case "file":
      return createReadStream(source.path);
    case "stream":
      return await source.open();
    case "link":
      return Readable.from([Buffer.from(source.target)]);
    case "folder":
      return undefined;
  }
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
