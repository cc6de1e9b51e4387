/** Input artifacts that are still to be copied to another region (E3.7). Times are epoch milliseconds. Owned by core/copies. */
export interface CopyTables {
  artifact_copy: CopyRow;
}

export interface CopyRow {
  id: string;
  pipeline_id: string;
  execution_id: string;
  /** Whose buckets they are. */
  account: string;
  /** The engine's `RequestedCopy`, as JSON: for whom, from where, and to where. */
  copy: string;
  /** When a server is to take it: at once, or when the claim of the one that has it ends. */
  due: number;
}
