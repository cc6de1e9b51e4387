/** Rows of the job protocol. Times are epoch milliseconds; JSON is text. */

export interface JobTables {
  job: JobRow;
  worker: WorkerRow;
  type_poll: TypePollRow;
}

export interface JobRow {
  id: string;
  pipeline_id: string;
  pipeline_name: string;
  pipeline_version: number;
  execution_id: string;
  action_execution_id: string;
  stage: string;
  action: string;
  account: string;
  region: string;
  owner: string;
  category: string;
  provider: string;
  version: string;
  /** Value of the type's queryable property as JSON text (which holds any character), when the type has one. */
  query_value: string | null;
  /** Created, Queued, Dispatched, InProgress, Succeeded, Failed, TimedOut, or Closed (abandoned, cut, deleted). */
  status: string;
  created: number;
  nonce: string | null;
  /** End of the acknowledgement or worker lease; null when none runs. */
  lease_until: number | null;
  /** 1 once a worker ever held it. */
  handed_out: number;
  /** Lost workers before this job (E3.15). */
  losses: number;
  /** As JSON text. */
  continuation_token: string | null;
  /** JobWork of the engine. */
  work: string;
  /** Digest of the report that ended it: repeats of the same are answered alike (E3.14). */
  result: string | null;
  /** Ended jobs are forgotten after a day. */
  ended: number | null;
}

export interface WorkerRow {
  account: string;
  id: string;
  version: string;
  /** JSON list of the tools it announced. */
  capabilities: string;
  seen: number;
}

export interface TypePollRow {
  account: string;
  owner: string;
  category: string;
  provider: string;
  version: string;
  /** When a worker last asked for jobs of the type, by some seconds. */
  polled: number;
}
