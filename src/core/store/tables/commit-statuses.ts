/** What git hosts are still to be told of commits (S7.11). Times are epoch milliseconds. Owned by core/commit-statuses. */
export interface CommitStatusTables {
  commit_status: CommitStatusRow;
}

/** One for each commit and pipeline: what is newer takes the place of what wasn't sent yet. */
export interface CommitStatusRow {
  /** Of what is to be told: another one when that changes. */
  id: string;
  account: string;
  region: string;
  pipeline_name: string;
  /** ARN of the connection, as the pipeline names it. */
  connection: string;
  repository: string;
  commit_id: string;
  execution_id: string;
  /** The source action's execution, whose log tells when the host refuses; null where it didn't start yet. */
  action_execution_id: string | null;
  /** `running`, `good`, `bad` or `stopped`. */
  state: string;
  description: string;
  /** 1 while a server tells the host: nobody else does, lest an older word arrive behind a newer one. */
  claimed: number;
  /** How often it was tried, the try that is under way included. */
  tries: number;
  /** When it is to be tried next; of a claimed one, when its claim ends by itself. */
  due: number;
}
