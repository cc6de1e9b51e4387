import type { ProviderError } from "../provider.ts";
import { type ArchiveLimits, sizeText } from "./limits.ts";
import { refuseLimit } from "./refusal.ts";

/** Counts what an archive unpacks to, over all its entries, and refuses it at the limit (P12.3). */
export class Budget {
  readonly #artifact: string;
  readonly #packedBytes: number;
  readonly #limits: ArchiveLimits;
  #unpackedBytes = 0;

  constructor(artifact: string, packedBytes: number, limits: ArchiveLimits) {
    this.#artifact = artifact;
    this.#packedBytes = packedBytes;
    this.#limits = limits;
  }

  /** The refusal that names the limit which these bytes go beyond, if they do. */
  take(bytes: number): ProviderError | undefined {
    this.#unpackedBytes += bytes;
    const { unpackedBytes, ratio, ratioFreeBytes } = this.#limits;
    if (this.#unpackedBytes > unpackedBytes) {
      return refuseLimit(this.#artifact, "unpacked size", sizeText(unpackedBytes));
    }
    if (this.#unpackedBytes > ratioFreeBytes && this.#unpackedBytes > ratio * this.#packedBytes) {
      return refuseLimit(this.#artifact, "compression ratio", `${ratio}:1`);
    }
    return undefined;
  }
}
