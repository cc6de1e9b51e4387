import type { JobLog } from "../provider.ts";

/** The log of one build: every line belongs to the phase that runs (P11.1). */
export class BuildLog {
  readonly #log: JobLog;
  /** Of the lines to come. */
  phase: string | undefined;

  constructor(log: JobLog) {
    this.#log = log;
  }

  /** A marker of P11.3, or a `[Millrace] …` line. */
  line(text: string): void {
    this.#log.system(text, this.phase);
  }

  output(stream: "stdout" | "stderr", chunk: Uint8Array): void {
    this.#log.output(stream, chunk, this.phase);
  }

  hurry(): void {
    this.#log.hurry();
  }

  ready(): Promise<void> {
    return this.#log.ready();
  }

  mask(text: string): string {
    return this.#log.mask(text);
  }
}
