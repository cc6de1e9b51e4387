/** The lines of each action (P11). */

export interface LogLine {
  /** Counts from 1 over the action execution. */
  readonly seq: number;
  readonly time: number;
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly phase?: string;
}

export interface Logs {
  /** Appends; lines whose seq was kept before are ignored, so a repeated delivery changes nothing. */
  append(actionExecutionId: string, pipelineId: string, lines: readonly LogLine[]): Promise<void>;
  /** Lines with seq ≥ `from`, at most `limit`, in order. */
  read(actionExecutionId: string, from: number, limit: number): Promise<readonly LogLine[]>;
  /** Resolves when lines with seq ≥ `from` are there or the log has ended; or on abort. */
  wait(actionExecutionId: string, from: number, signal: AbortSignal): Promise<void>;
}
