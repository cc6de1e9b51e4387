import { createReadStream } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Budget } from "../budget.ts";

const WINDOW = 64 * 1024;

/**
 * A tar, decompressed into a file that has no name any more: so its members can be read in any order and as often as
 * links name them, and nothing stays on disk, whatever becomes of this process.
 */
export class TarSpool implements AsyncDisposable {
  readonly size: number;
  readonly #file: FileHandle;
  #window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /**
   * @param file gzipped; what it holds is put beside it
   * @throws ProviderError the budget's, and zlib's own error when the data is damaged
   */
  static async inflate(file: string, budget: Budget): Promise<TarSpool> {
    const spool = `${file}.tar`;
    const handle = await open(spool, "wx+", 0o600);
    await rm(spool);
    try {
      await pipeline(createReadStream(file), createGunzip(), counted(budget), (tar) => handle.writeFile(tar));
      const { size } = await handle.stat();
      return new TarSpool(handle, size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Shorter than asked for at the end of the tar. */
  async read(start: number, length: number): Promise<Buffer> {
    const inside =
      start >= this.#window.start && start + length <= this.#window.start + this.#window.bytes.length;
    if (!inside) this.#window = { start, bytes: await this.#readAt(start, Math.max(length, WINDOW)) };
    const offset = start - this.#window.start;
    return this.#window.bytes.subarray(offset, offset + length);
  }

  stream(start: number, length: number): Readable {
    return Readable.from(this.#chunks(start, start + length), { objectMode: false });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async *#chunks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const chunk = await this.#readAt(at, Math.min(WINDOW, end - at));
      if (chunk.length === 0) return;
      yield chunk;
      at += chunk.length;
    }
  }

  async #readAt(start: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  }
}

function counted(budget: Budget): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const refusal = budget.take(chunk.length);
      if (refusal === undefined) done(null, chunk);
      else done(refusal);
    },
  });
}
