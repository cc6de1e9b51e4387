/** Rows of CodeBuild projects and builds. Times are epoch milliseconds. Owned by core/builds. */
export interface BuildTables {
  build_project: BuildProjectRow;
  build: BuildRow;
}

export interface BuildProjectRow {
  account: string;
  region: string;
  name: string;
  uuid: string;
  created: number;
  updated: number;
  /** Number of the project's latest build; never goes back (P2.5). */
  last_build_number: number;
  /** AWS's Project as JSON, without name, arn and dates. */
  project: string;
}

export interface BuildRow {
  /** `<project>:<uuid>` */
  id: string;
  account: string;
  region: string;
  project: string;
  number: number;
  job_id: string;
  initiator: string;
  started: number;
  /** Its place on the way from IN_PROGRESS on: a state with fewer phases than this is older, and ignored (P2.20). */
  progress: number;
  /** 1 until it has ended. */
  open: number;
  /** Until when it stays in QUEUED, having found no place free; null for one that a worker has begun. */
  queued_until: number | null;
  /** The project as it was at the start, as JSON. */
  snapshot: string;
  /** The latest BuildState that the worker reported, as JSON. */
  state: string;
}
