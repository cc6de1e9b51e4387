import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Crc32c, Crc64Nvme } from "@aws-sdk/checksums/crc";
import type { ChecksumAlgorithm, ContentDigests } from "./content.ts";

/** Digests of bytes that pass by, chunk by chunk. */
export class RunningDigests {
  readonly #md5 = createHash("md5");
  readonly #sha256: Hash | undefined;
  readonly #algorithm: ChecksumAlgorithm | undefined;
  readonly #checksum: RunningChecksum | undefined;
  #size = 0;

  constructor(wanted: { algorithm?: ChecksumAlgorithm; sha256: boolean }) {
    this.#sha256 = wanted.sha256 ? createHash("sha256") : undefined;
    this.#algorithm = wanted.algorithm;
    this.#checksum = wanted.algorithm === undefined ? undefined : runningChecksum(wanted.algorithm);
  }

  get size(): number {
    return this.#size;
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.length;
    this.#md5.update(chunk);
    this.#sha256?.update(chunk);
    this.#checksum?.update(chunk);
  }

  async finish(): Promise<ContentDigests> {
    const value = await this.#checksum?.digest();
    return {
      size: this.#size,
      md5: this.#md5.digest("hex"),
      ...(this.#sha256 && { sha256: this.#sha256.digest("hex") }),
      ...(this.#algorithm && value && { checksum: { algorithm: this.#algorithm, value: base64(value) } }),
    };
  }
}

/** Base64 of the checksum of a few bytes at hand. */
export async function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  const running = runningChecksum(algorithm);
  running.update(bytes);
  return base64(await running.digest());
}

interface RunningChecksum {
  update(chunk: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

function runningChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case "CRC32":
      return new Crc32();
    case "CRC32C":
      return new Crc32c();
    case "CRC64NVME":
      return new Crc64Nvme();
    case "SHA1":
    case "SHA256":
      return new NodeHash(algorithm);
  }
}

class Crc32 implements RunningChecksum {
  #value = 0;

  update(chunk: Uint8Array): void {
    this.#value = crc32(chunk, this.#value);
  }

  async digest(): Promise<Uint8Array> {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}

class NodeHash implements RunningChecksum {
  readonly #hash: Hash;

  constructor(algorithm: "SHA1" | "SHA256") {
    this.#hash = createHash(algorithm);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
