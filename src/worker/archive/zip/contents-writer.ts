import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32, createDeflateRaw } from "node:zlib";

/** The same level for all files: the same contents make the same bytes (P1.3). */
const LEVEL = 6;

/** Deflates the contents of one entry, and counts what went in and came out. */
export class ContentsWriter {
  crc = 0;
  packed = 0;
  unpacked = 0;

  /** @throws what the contents fail with */
  async *deflate(contents: Readable): AsyncGenerator<Buffer> {
    const deflate = createDeflateRaw({ level: LEVEL });
    const fed = pipeline(contents, (chunks: AsyncIterable<Buffer>) => this.#counted(chunks), deflate);
    // Its error comes out of the other end, too.
    fed.catch(() => undefined);
    for await (const chunk of deflate as AsyncIterable<Buffer>) {
      this.packed += chunk.length;
      yield chunk;
    }
    await fed;
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.crc = crc32(chunk, this.crc);
      this.unpacked += chunk.length;
      yield chunk;
    }
  }
}
