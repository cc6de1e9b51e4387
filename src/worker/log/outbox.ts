/** Delivers log lines in order, in batches of at most 256 KiB or 100 ms (P11.4). */
import { backoffMs, pause } from "../backoff.ts";
import { JobRefusedError, type LogLine } from "../protocol.ts";
import { Backlog } from "./backlog.ts";

const BATCH_MS = 100;
const BATCH_BYTES = 256 * 1024;

export interface OutboxOptions {
  readonly send: (lines: readonly LogLine[]) => Promise<void>;
  /** Where lines wait that can't be delivered as fast as they come: a file in the job's folder, made when needed. */
  readonly backlogFile: string;
  /** Once aborted, nothing more is sent. */
  readonly signal: AbortSignal;
  /** Told once, when the receiver refuses lines for good: the job may be over, or the log full. */
  readonly onRefused: (refusal: JobRefusedError) => void;
}

/** One batch is under way at a time; a failed one is repeated until it is kept or refused. */
export class Outbox {
  readonly #send: OutboxOptions["send"];
  readonly #signal: AbortSignal;
  readonly #backlog: Backlog;
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  readonly #onRefused: (refusal: JobRefusedError) => void;
  /** The receiver refused lines for good: nothing is sent any more. */
  #refused = false;

  constructor({ send, backlogFile, signal, onRefused }: OutboxOptions) {
    this.#backlog = new Backlog(backlogFile);
    this.#send = send;
    this.#signal = signal;
    this.#onRefused = onRefused;
  }

  /** @param bytes of the line, as `lineBytes` says */
  add(line: Omit<LogLine, "seq">, bytes: number): void {
    if (this.#closed) {
      return;
    }
    this.#backlog.push({ line: { seq: ++this.#seq, ...line }, bytes });
    if (this.#backlog.bytes >= BATCH_BYTES) {
      this.#start();
    } else if (this.#sending === undefined) {
      this.#timer ??= setTimeout(() => this.#start(), BATCH_MS);
    }
  }

  /** Begins to deliver what was added so far, without waiting for more. */
  hurry(): void {
    if (!this.#backlog.isEmpty) this.#start();
  }

  /** Resolves when everything added so far is delivered, refused, or the signal is aborted. */
  async flush(): Promise<void> {
    while (!this.#backlog.isEmpty && !this.#closed) {
      this.#start();
      await this.#sending;
    }
  }

  /** Resolves when the backlog is small enough for more. */
  async ready(): Promise<void> {
    while (this.#backlog.isOverfull && !this.#closed) {
      this.#start();
      await this.#sending;
    }
  }

  get #closed(): boolean {
    return this.#refused || this.#signal.aborted;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#deliverBatch().finally(() => {
      this.#sending = undefined;
      if (this.#closed) {
        this.#backlog.clear();
      } else if (!this.#backlog.isEmpty) {
        this.#timer ??= setTimeout(() => this.#start(), this.#backlog.bytes >= BATCH_BYTES ? 0 : BATCH_MS);
      }
    });
  }

  async #deliverBatch(): Promise<void> {
    const batch = this.#backlog.first(BATCH_BYTES);
    for (let failures = 0; !this.#closed; failures++) {
      try {
        await this.#send(batch.map(({ line }) => line));
        break;
      } catch (error) {
        if (error instanceof JobRefusedError) {
          this.#refused = true;
          this.#onRefused(error);
        } else {
          await pause(backoffMs(failures), this.#signal);
        }
      }
    }
    this.#backlog.drop(batch.length);
  }
}
