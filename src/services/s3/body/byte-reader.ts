import { S3Error } from "../error.ts";

/** Reads lines and stretches from a stream of chunks, holding no more than one chunk and one line. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next 1 to `most` bytes, without copying them. @throws S3Error IncompleteBody at the end */
  async take(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) this.#rest = await this.#next();
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** The next line without its CRLF. @throws S3Error InvalidRequest when it has more than `limit` bytes, IncompleteBody */
  async line(limit: number): Promise<string> {
    let line = Buffer.alloc(0);
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      line = Buffer.concat([line, this.#rest.subarray(0, end < 0 ? undefined : end)]);
      if (line.length > limit) {
        throw new S3Error("InvalidRequest", `A line of the aws-chunked body has more than ${limit} bytes.`);
      }
      if (end >= 0) {
        this.#rest = this.#rest.subarray(end + 1);
        return line.toString("latin1").replace(/\r$/, "");
      }
      this.#rest = await this.#next();
    }
  }

  /** Whether nothing follows. */
  async atEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.next();
      if (done) return true;
      this.#rest = asBuffer(value);
    }
    return false;
  }

  /** Lets go of the source, wherever reading stopped. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#source.next();
    if (done) throw incompleteBody();
    return asBuffer(value);
  }
}

export function incompleteBody(): S3Error {
  return new S3Error(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header, or the body ended too early.",
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
