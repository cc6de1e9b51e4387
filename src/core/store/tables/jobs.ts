/** Rows of the job protocol. Times are epoch milliseconds; JSON is text. */

export interface JobTables {
  job: JobRow;
  worker: WorkerRow;
}

export interface JobRow {
  id: string;
  pipeline_id: string;
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
  /** Value of the type's queryable property, when it has one. */
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
  continuation_token: string | null;
  /** JobWork of the engine. */
  work: string;
  /** What ended it, as canonical JSON: repeats of the same are answered alike (E3.14). */
  result: string | null;
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
