/** Bytes as they come in: what is computed of them on the way, and what lets them stay. */

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** FULL_OBJECT: of the bytes; COMPOSITE: of the checksums of the parts, its value ending in `-<number of parts>`. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  /** Base64. */
  readonly value: string;
}

export interface PartChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

/** Bytes on their way in. They become an object or a part only after `verify` has let them. */
export interface IncomingContent {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Checksum to compute and keep. */
  readonly algorithm?: ChecksumAlgorithm;
  /** Whether `verify` needs the SHA-256. */
  readonly sha256: boolean;
  /** Called once all bytes are there; what it throws refuses them, and nothing is left. */
  verify(digests: ContentDigests): void;
}

export interface ContentDigests {
  readonly size: number;
  /** Hex. */
  readonly md5: string;
  /** Hex; there when it was asked for. */
  readonly sha256?: string;
  readonly checksum?: PartChecksum;
}
