/** Polls of sources that aren't hosted here. Times in epoch milliseconds. */
export interface SourcePollTables {
  source_poll: SourcePollRow;
}

export interface SourcePollRow {
  pipeline_id: string;
  action: string;
  /** The configuration that names the object: `octo/shop main`; empty before the first poll. */
  target: string;
  /** The commit that was found last. */
  identity: string | null;
  /** When that was. */
  found: number;
  /** When to look again. */
  due: number;
  /** Failed polls since the last that didn't fail. */
  failures: number;
  error_code: string | null;
  error_message: string | null;
}
