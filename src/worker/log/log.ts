/**
 * The log of one job: what a provider writes is cut into lines, cleaned, masked and bounded, and delivered in order
 * (P10.2 to P10.4, P11.4).
 */
import type { LogLine } from "../protocol.ts";
import type { JobLog } from "../provider.ts";
import { LogBounds, type LogLimits, lineBytes } from "./bounds.ts";
import { type CutLine, LineCutter } from "./lines.ts";
import { Masker } from "./mask.ts";
import { Outbox, type OutboxOptions } from "./outbox.ts";
import { PROGRESS_MS, ProgressHold } from "./progress.ts";

type Line = Omit<LogLine, "seq">;

export interface WorkerLog extends JobLog {
  /** Ends both streams, appends what the limit kept out of the end, and waits until all is delivered. */
  end(): Promise<void>;
}

export interface LogOptions extends OutboxOptions {
  readonly now: () => number;
  readonly limits?: LogLimits;
}

/** @param options `limits` defaults to P11.4's 100 MiB and 1,000,000 lines */
export function createJobLog(options: LogOptions): WorkerLog {
  return new CuttingLog(options);
}

class CuttingLog implements WorkerLog {
  readonly #now: () => number;
  readonly #masker = new Masker();
  readonly #cutters = { stdout: new LineCutter(this.#masker), stderr: new LineCutter(this.#masker) };
  readonly #progress = new ProgressHold<Line>();
  readonly #bounds: LogBounds<Line>;
  readonly #outbox: Outbox;
  #progressTimer: NodeJS.Timeout | undefined;
  #warned = false;
  /** Of the chunk that each stream had last: its unfinished line belongs to that phase. */
  readonly #phases: { stdout?: string; stderr?: string } = {};

  constructor(options: LogOptions) {
    this.#now = options.now;
    this.#bounds = new LogBounds(options.limits);
    this.#outbox = new Outbox(options);
  }

  system(text: string, phase?: string): void {
    this.#breakOff();
    for (const { text: line } of new LineCutter(this.#masker).push(Buffer.from(`${text}\n`))) {
      this.#keep(this.#line("system", line, phase));
    }
  }

  output(stream: "stdout" | "stderr", chunk: Uint8Array, phase?: string): void {
    this.#phases[stream] = phase;
    this.#pass(stream, this.#cutters[stream].push(chunk));
  }

  addSecrets(values: readonly string[]): void {
    const tooShort = this.#masker.add(values);
    if (tooShort > 0 && !this.#warned) {
      this.#warned = true;
      this.system(
        "[Millrace] a secret of fewer than 4 characters, or a plain short word or number, can't be masked",
      );
    }
  }

  mask(text: string): string {
    return this.#masker.mask(text);
  }

  tail(count: number): readonly string[] {
    return this.#bounds.tail(count, ({ stream }) => stream !== "system");
  }

  ready(): Promise<void> {
    return this.#outbox.ready();
  }

  hurry(): void {
    this.#outbox.hurry();
  }

  async end(): Promise<void> {
    for (const stream of ["stdout", "stderr"] as const) {
      this.#pass(stream, this.#cutters[stream].end());
    }
    this.#releaseProgress();
    for (const line of this.#bounds.droppedTail()) {
      this.#outbox.add(line, lineBytes(line));
    }
    await this.#outbox.flush();
  }

  #breakOff(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      this.#pass(stream, this.#cutters[stream].breakOff());
    }
    this.#releaseProgress();
  }

  #pass(stream: "stdout" | "stderr", lines: readonly CutLine[]): void {
    for (const { text, progress } of lines) {
      const line = this.#line(stream, text, this.#phases[stream]);
      for (const due of this.#progress.push(line, { stream, progress, now: line.time })) {
        this.#keep(due);
      }
    }
    if (this.#progress.holding) {
      this.#progressTimer ??= setTimeout(() => this.#releaseProgress(), PROGRESS_MS);
    }
  }

  #releaseProgress(): void {
    clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
    for (const line of this.#progress.release()) {
      this.#keep(line);
    }
  }

  #keep(line: Line): void {
    const bytes = lineBytes(line);
    const admission = this.#bounds.admit(line, bytes);
    switch (admission.kind) {
      case "keep":
        this.#outbox.add(line, bytes);
        return;
      case "notice": {
        const notice = this.#line("system", admission.text, line.phase);
        this.#outbox.add(notice, lineBytes(notice));
        return;
      }
      case "drop":
        return;
    }
  }

  #line(stream: LogLine["stream"], text: string, phase: string | undefined): Line {
    return { time: this.#now(), stream, text, ...(phase === undefined ? {} : { phase }) };
  }
}
