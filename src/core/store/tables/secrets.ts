/** Rows of named secrets. Times are epoch milliseconds. Owned by core/secrets. */
export interface SecretTables {
  secret: SecretRow;
  secret_version: SecretVersionRow;
}

export interface SecretRow {
  account: string;
  region: string;
  name: string;
  /** JSON list of `project:<name>` and `pipeline:<name>`; null for all of the account (P3.11). */
  allowed: string | null;
  created: number;
  updated: number;
}

/** The value of a stage: there is one of AWSCURRENT, and one of AWSPREVIOUS once the value was changed. */
export interface SecretVersionRow {
  account: string;
  region: string;
  name: string;
  stage: string;
  /** UUID. */
  id: string;
  created: number;
  /** Opens for this secret and version only. */
  sealed: string;
}
