import { pipeline, type Readable, Transform, type TransformCallback } from "node:stream";
import { crc32 } from "node:zlib";
import type { ZipFile } from "yauzl";
import type { Budget } from "../budget.ts";
import { refuseEntry } from "../refusal.ts";
import type { ZipEntry } from "./zip-entry.ts";

/**
 * An entry's bytes, unpacked. The stream fails with a ProviderError when they are more than declared, fewer, don't
 * have the declared CRC-32, or go beyond what the archive as a whole may hold.
 */
export async function openContents(
  artifact: string,
  zip: ZipFile,
  entry: ZipEntry,
  budget: Budget,
): Promise<Readable> {
  const check = new ContentsCheck(artifact, entry, budget);
  const source = await zip.openReadStreamPromise(entry.raw).catch(() => {
    throw check.damaged();
  });
  // Whatever inflate complains of is damaged data; the check's own errors travel on the check itself.
  source.once("error", () => check.destroy(check.damaged()));
  pipeline(source, check, () => undefined);
  return check;
}

class ContentsCheck extends Transform {
  readonly #artifact: string;
  readonly #entry: ZipEntry;
  readonly #budget: Budget;
  #bytes = 0;
  #crc = 0;

  constructor(artifact: string, entry: ZipEntry, budget: Budget) {
    super();
    this.#artifact = artifact;
    this.#entry = entry;
    this.#budget = budget;
  }

  damaged(): Error {
    return refuseEntry(this.#artifact, this.#entry.path, "has a wrong checksum");
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const problem = this.#count(chunk);
    if (problem === undefined) done(null, chunk);
    else done(problem);
  }

  override _flush(done: TransformCallback): void {
    const whole = this.#bytes === this.#entry.size && this.#crc === this.#entry.raw.crc32;
    done(whole ? null : this.damaged());
  }

  #count(chunk: Buffer): Error | undefined {
    this.#bytes += chunk.length;
    this.#crc = crc32(chunk, this.#crc);
    if (this.#bytes > this.#entry.size) {
      return refuseEntry(this.#artifact, this.#entry.path, "is larger than declared");
    }
    return this.#budget.take(chunk.length);
  }
}
