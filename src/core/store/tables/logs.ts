/** Rows of the actions' logs, written in batches. Owned by core/logs. */
export interface LogTables {
  log_chunk: LogChunkRow;
}

export interface LogChunkRow {
  action_execution_id: string;
  /** Position of the batch's first and last line in the action's log, from 1. */
  first_seq: number;
  last_seq: number;
  pipeline_id: string;
  /** The job that sent it, and the last of its own line numbers: what it repeats is dropped. */
  job_id: string;
  job_last_seq: number;
  /** Bytes of the log up to and with this batch. */
  total_bytes: number;
  /** LogLine[] without `seq`, as JSON. */
  lines: string;
}
