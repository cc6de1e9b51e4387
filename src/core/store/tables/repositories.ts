/** Rows of hosted git repositories. Times are epoch milliseconds. Owned by core/repositories. */
export interface RepositoryTables {
  repository: RepositoryRow;
  ref_position: RefPositionRow;
  push_intent: PushIntentRow;
  ref_event: RefEventRow;
}

export interface RepositoryRow {
  id: string;
  account: string;
  region: string;
  name: string;
  description: string | null;
  default_branch: string | null;
  created: number;
  updated: number;
  /** Number of its latest ref event; grows by one with each (S6.12). */
  last_event: number;
  /** Bytes of all the packs that were taken in: what counts against the repository's limit (S6.11). */
  received: number;
}

/** Where each ref of a repository stood after its latest event; a ref without a row doesn't exist. */
export interface RefPositionRow {
  repository_id: string;
  ref: string;
  commit_id: string;
  event: number;
}

/** A change of one ref that git was, or is about to be, told to make (S6.12). */
export interface PushIntentRow {
  id: string;
  /** One push: its refs' intents share it. */
  push_id: string;
  repository_id: string;
  ref: string;
  /** 40 zeros where the ref is to be created, or removed. */
  old_commit: string;
  new_commit: string;
  pusher: string;
  /** 1 when no pipeline is to start (S6.10). */
  skipped: number;
  created: number;
}

/** Every change of a ref, once, in an unbroken chain of old to new (S6.14). */
export interface RefEventRow {
  repository_id: string;
  number: number;
  ref: string;
  /** 40 zeros where the ref was created, or removed. */
  old_commit: string;
  new_commit: string;
  /** ARN; null when the ref was moved by someone who used git on the folder. */
  pusher: string | null;
  skipped: number;
  at: number;
}
