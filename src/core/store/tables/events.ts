/** Rows of the places that state changes are sent to. Times are epoch milliseconds. Owned by core/events. */
export interface EventTables {
  event_sink: EventSinkRow;
  event_pruning: EventPruningRow;
}

export interface EventSinkRow {
  id: string;
  /** Who named it: `command` for what `millrace events add` made, `settings` for what a server's settings name. */
  origin: string;
  /** url, file or stdout. */
  kind: string;
  /** The file's absolute path; of a URL the origin only; empty for stdout. */
  target: string;
  /** Of `url`: address and key of the signatures as JSON, sealed; null where they stand in a server's settings. */
  sealed: string | null;
  /** event or notification (E12.2, E12.6). */
  form: string;
  created: number;
  /** Everything up to this position of the outbox was delivered, or given up. */
  position: number;
  /** Server that serves it. */
  owner: string | null;
  /** Until then no other server takes it over. */
  lease_until: number;
  /** Events that were given up, or cleared away before they were sent. */
  dropped: number;
  /** When the first of the failures in a row was; null while it goes well. */
  failing_since: number | null;
  /** Why the latest try failed. */
  last_error: string | null;
}

/** One row: up to where the outbox was cleared away. */
export interface EventPruningRow {
  id: number;
  position: number;
}
