/** CodeBuild projects and builds (P2). What AWS keeps in a project is kept as it was given, as JSON. */
import type { Jobs } from "../jobs/types.ts";
import type { Scope } from "../scope.ts";
import type { Tx } from "../store/store.ts";

/** AWS's Project members as given by the caller: everything but name, arn and dates. */
export type ProjectMembers = Readonly<Record<string, unknown>>;

export interface StoredProject {
  readonly scope: Scope;
  readonly name: string;
  readonly uuid: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
  readonly members: ProjectMembers;
}

export interface StoredBuild {
  readonly id: string;
  readonly scope: Scope;
  readonly number: number;
  readonly initiator: string;
  readonly started: number;
  /** The project as it was when the build started. */
  readonly project: StoredProject;
  readonly state: ReportedState;
}

/** What the worker said last (P2.20): the wire form of BuildState, times in epoch milliseconds. */
export interface ReportedState {
  readonly buildStatus: string;
  readonly currentPhase: string;
  readonly phases: readonly ReportedPhase[];
  readonly exportedEnvironmentVariables: readonly { readonly name: string; readonly value: string }[];
  readonly sourceVersion?: string;
  readonly resolvedSourceVersion?: string;
}

export interface ReportedPhase {
  readonly phaseType: string;
  readonly phaseStatus?: string;
  readonly startTime: number;
  readonly endTime?: number;
  readonly durationInSeconds?: number;
  readonly contexts?: readonly { readonly statusCode: string; readonly message: string }[];
}

export interface Builds {
  /** @returns undefined when the name is taken in the scope */
  createProject(scope: Scope, name: string, members: ProjectMembers): Promise<StoredProject | undefined>;
  /** Replaces the members that `change` names, keeps the others. @returns undefined when there is no such project */
  updateProject(scope: Scope, name: string, change: ProjectMembers): Promise<StoredProject | undefined>;
  /** Deleting what isn't there does nothing; its builds stay readable (P2.4). */
  deleteProject(scope: Scope, name: string): Promise<void>;
  findProject(scope: Scope, name: string): Promise<StoredProject | undefined>;
  listProjects(scope: Scope): Promise<readonly { name: string; created: number; updated: number }[]>;
  /**
   * Makes the record of the build that a worker has the job of, once per job. Where its project runs as many as it may, the
   * job is taken back from the worker; it is handed out again when a place is free, and this asked again. A worker that
   * asks again for want of an answer may be late: the job is another's by then, and its build waits as far as it knows.
   *
   * @returns undefined when there is no such project
   * @throws JobError AlreadyTerminated when no worker has the job
   */
  startBuild(scope: Scope, request: StartBuild): Promise<Begun | undefined>;
  /** Moves the build of an account's job forward; a state older than the one kept is ignored (P2.20). */
  putState(account: string, jobId: string, state: ReportedState): Promise<void>;
  /** The build of a job whose worker was lost ends as FAULT; another job may run it again (P0.12, P2.7). */
  workerLost(tx: Tx, jobId: string): Promise<void>;
  /**
   * Ends builds that nobody reports on any more, mostly as STOPPED: their job has ended, and its worker had the time to
   * say how the build did (P2.11). @returns when to look again
   */
  endOrphans(): Promise<number>;
  /**
   * Ends builds that were in QUEUED for as long as their project lets them, as TIMED_OUT, with their jobs, which `fail`
   * ends, unless a worker has one by then. @returns when to look again, if there may be more by now
   */
  timeOutQueued(fail: Jobs["failWaiting"]): Promise<number | undefined>;
  findBuild(scope: Scope, id: string): Promise<StoredBuild | undefined>;
  listBuilds(
    scope: Scope,
    project: string,
    page: { newestFirst: boolean; beyond?: number; limit: number },
  ): Promise<readonly { id: string; number: number }[]>;
}

export interface Begun extends StoredBuild {
  /** It is QUEUED until a place is free, or another worker's since: the one that asks has its job no more. */
  readonly waits: boolean;
}

export interface StartBuild {
  readonly projectName: string;
  readonly jobId: string;
  /** Of the hand-out by which the asking worker has the job; left out by who asks for the job's own worker. */
  readonly nonce?: string;
  /** `codepipeline/<pipeline>` (P2.5). */
  readonly initiator: string;
}
