/** Connections to git hosts. Owned by core/connections. */
export interface ConnectionTables {
  connection: ConnectionRow;
  connection_host: ConnectionHostRow;
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
