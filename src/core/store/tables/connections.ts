/** Connections to git hosts. Owned by core/connections. */
export interface ConnectionTables {
  connection: ConnectionRow;
  connection_host: ConnectionHostRow;
  connection_hook: ConnectionHookRow;
  connection_delivery: ConnectionDeliveryRow;
  connection_request: ConnectionRequestRow;
  connection_poll: ConnectionPollRow;
  connection_ref: ConnectionRefRow;
}

export interface ConnectionRow {
  account: string;
  region: string;
  /** UUID. */
  id: string;
  /** How its maker spells the service: `codestar-connections` or `codeconnections`. */
  service: string;
  /** Not unique (S7.1). */
  name: string;
  provider_type: string;
  /** Of those whose provider has an endpoint of its own. */
  host_id: string | null;
  /** PENDING, AVAILABLE or ERROR. */
  status: string;
  /** Sealed for this connection; null before it was completed. */
  credential: string | null;
}

export interface ConnectionHostRow {
  account: string;
  region: string;
  /** `<name>-<8 hex>` */
  id: string;
  service: string;
  name: string;
  provider_type: string;
  /** Without a trailing slash. */
  endpoint: string;
  /** VpcConfiguration as it was given: kept and unused. */
  vpc: string | null;
  /** PENDING or AVAILABLE. */
  status: string;
}

/** Where a connection's host tells it of changes: one for all of its repositories (S7.6). */
export interface ConnectionHookRow {
  account: string;
  region: string;
  connection_id: string;
  /** SHA-256 of the id in its URL, in hex. */
  url_hash: string;
  /** The id in its URL, sealed: the URL is a secret. */
  url_sealed: string;
  /** What deliveries are signed with, sealed. */
  secret: string;
  /** What was wrong with the last delivery; null: nothing was. */
  error: string | null;
  /** When it started something last, in epoch milliseconds. */
  delivered: number | null;
}

/** A delivery that started executions: it starts no others (S1.33). */
export interface ConnectionDeliveryRow {
  account: string;
  region: string;
  connection_id: string;
  /** What its sender calls it (S1.34). */
  delivery_key: string | null;
  /** SHA-256 of the body in hex. */
  digest: string;
  /** Epoch milliseconds. */
  at: number;
}

/** What was last seen of a pull request, where its host doesn't say what is new of it. */
export interface ConnectionRequestRow {
  account: string;
  region: string;
  connection_id: string;
  /** In lower case. */
  repository: string;
  /** Its number. */
  request: string;
  /** Its commit and target branch. */
  seen: string;
}

/** A repository of a connection that pipelines watch; times in epoch milliseconds. */
export interface ConnectionPollRow {
  account: string;
  /** As in source_binding: the connection's region, its id and the repository. */
  container: string;
  due: number;
  /** In a row. */
  failures: number;
  /** Why the last poll failed; null: it didn't. */
  error: string | null;
  /** When its refs were seen last; null before the first time. */
  polled: number | null;
}

/** Where a ref was when a poll saw it, or a delivery told of it. */
export interface ConnectionRefRow {
  account: string;
  container: string;
  ref: string;
  /** Of annotated tags, the commit that they are of. */
  commit_id: string;
  /** 1 when a poll found it there and started what it starts: its delivery, if one comes, starts nothing more. */
  started: number;
}
