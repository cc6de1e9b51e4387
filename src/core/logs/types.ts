/** The lines of each action (P11). */
import type { Tx } from "../store/store.ts";

export interface LogLine {
  /** From 1 over the whole action execution, lost workers and continued jobs included. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly phase?: string;
}

/** A batch from a worker; its lines count from 1 within their job. */
export interface LogBatch {
  readonly actionExecutionId: string;
  readonly jobId: string;
  readonly lines: readonly LogLine[];
}

/** The batch can't be kept. */
export class LogError extends Error {
  /** notOpen: no open job of that id works on the action. full: the log's limit is reached (P11.4). */
  readonly code: "notOpen" | "full";

  constructor(code: LogError["code"], message: string) {
    super(message);
    this.name = "LogError";
    this.code = code;
  }
}

export interface Logs {
  /**
   * Keeps a batch, durably. Lines that this job sent before are ignored, so a repeated delivery changes nothing.
   * @throws LogError
   */
  append(batch: LogBatch): Promise<void>;
  /** Adds a line of the server's own, where no job does the work; known to followers once `tx` is committed. */
  note(tx: Tx, actionExecutionId: string, line: Pick<LogLine, "time" | "text">): Promise<void>;
  /** Lines with seq ≥ `from`, at least one batch of them, in order; `[]` when there are none yet. */
  read(actionExecutionId: string, from: number): Promise<readonly LogLine[]>;
  /** Batches of lines from seq `from` on as they come, until the action has ended and its log was read to the end. */
  follow(actionExecutionId: string, from: number, signal: AbortSignal): AsyncIterable<readonly LogLine[]>;
}
