const KEPT_BYTES = 64 * 1024;

/** The last 64 KiB that the commands of a phase printed: what RETRY's expression is looked for in (P3.20). */
export class RecentOutput {
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#bytes - first.length < KEPT_BYTES) return;
      this.#chunks.shift();
      this.#bytes -= first.length;
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-KEPT_BYTES).toString("utf8");
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }
}
