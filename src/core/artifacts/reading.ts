import { Readable } from "node:stream";
import { contentIsInUse } from "../store/objects.ts";
import { partsOf } from "../store/uploads.ts";
import type { ByteRange, StoredVersion } from "./object-store.ts";
import type { Room } from "./room.ts";

interface Slice {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Opens an object's bytes. Its files are held until the stream is closed, so a reader that has begun reads to the end
 * although the object is replaced meanwhile.
 * @returns undefined when the content went away since it was looked up
 */
export async function openContent(
  { store, files }: Room,
  { content, size }: StoredVersion,
  range: ByteRange = { start: 0, end: size - 1 },
): Promise<Readable | undefined> {
  const parts = await partsOf(store.read, content);
  const slices = slicesOf(parts, range);
  const release = files.hold(slices.map((slice) => slice.file));
  // Between the look and the hold the content may have been given up.
  if (!(await contentIsInUse(store.read, content))) {
    release();
    return undefined;
  }
  const stream = Readable.from(read(), { objectMode: false });
  stream.once("close", release);
  return stream;

  async function* read(): AsyncGenerator<Uint8Array> {
    for (const { file, start, end } of slices) yield* files.read(file, start, end);
  }
}

/** Which stretch of which file makes up `range` of the parts in a row. */
function slicesOf(parts: readonly { file: string; size: number }[], range: ByteRange): Slice[] {
  const slices: Slice[] = [];
  let offset = 0;
  for (const { file, size } of parts) {
    const start = Math.max(range.start - offset, 0);
    const end = Math.min(range.end - offset, size - 1);
    if (start <= end) slices.push({ file, start, end });
    offset += size;
  }
  return slices;
}
