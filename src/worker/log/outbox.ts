/** Delivers log lines in order, in batches of at most 256 KiB or 100 ms (P11.4). */
import { backoffMs, pause } from "../backoff.ts";
import { JobRefusedError, type LogLine } from "../protocol.ts";

const BATCH_MS = 100;
const BATCH_BYTES = 256 * 1024;
/** Undelivered text beyond which `ready` holds the writer back. */
const BACKLOG_BYTES = 16 * 1024 * 1024;

export interface OutboxOptions {
  readonly send: (lines: readonly LogLine[]) => Promise<void>;
  /** Once aborted, nothing more is sent. */
  readonly signal: AbortSignal;
  /** Told once, when the receiver refuses lines for good: the job may be over, or the log full. */
  readonly onRefused: (refusal: JobRefusedError) => void;
}

interface Waiting {
  readonly line: LogLine;
  readonly bytes: number;
}

/** One batch is under way at a time; a failed one is repeated until it is kept or refused. */
export class Outbox {
  readonly #send: OutboxOptions["send"];
  readonly #signal: AbortSignal;
  #queue: Waiting[] = [];
  #bytes = 0;
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  readonly #onRefused: (refusal: JobRefusedError) => void;
  /** The receiver refused lines for good: nothing is sent any more. */
  #refused = false;

  constructor({ send, signal, onRefused }: OutboxOptions) {
    this.#send = send;
    this.#signal = signal;
    this.#onRefused = onRefused;
  }

  /** @param bytes of the line, as `lineBytes` says */
  add(line: Omit<LogLine, "seq">, bytes: number): void {
    if (this.#closed) {
      return;
    }
    this.#queue.push({ line: { seq: ++this.#seq, ...line }, bytes });
    this.#bytes += bytes;
    if (this.#bytes >= BATCH_BYTES) {
      this.#start();
    } else if (this.#sending === undefined) {
      this.#timer ??= setTimeout(() => this.#start(), BATCH_MS);
    }
  }

  /** Resolves when everything added so far is delivered, refused, or the signal is aborted. */
  async flush(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      this.#start();
      await this.#sending;
    }
  }

  /** Resolves when the backlog is small enough for more. */
  async ready(): Promise<void> {
    while (this.#bytes > BACKLOG_BYTES && !this.#closed) {
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
        this.#queue = [];
        this.#bytes = 0;
      } else if (this.#queue.length > 0) {
        this.#timer ??= setTimeout(() => this.#start(), this.#bytes >= BATCH_BYTES ? 0 : BATCH_MS);
      }
    });
  }

  async #deliverBatch(): Promise<void> {
    const batch = this.#batch();
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
    this.#queue.splice(0, batch.length);
    this.#bytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The first lines that fit into one batch, at least one. */
  #batch(): readonly Waiting[] {
    let bytes = 0;
    const end = this.#queue.findIndex((waiting, index) => {
      bytes += waiting.bytes;
      return index > 0 && bytes > BATCH_BYTES;
    });
    return end < 0 ? [...this.#queue] : this.#queue.slice(0, end);
  }
}
