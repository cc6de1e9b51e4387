/** The job protocol's keeper: hand-out, leases, nonces, continuation, wake-ups (E3.9 to E3.15). */

import type { JobRoleRequest, Need, TemporaryCredentials } from "../access/types.ts";
import type { ActionTypeId, JobWork } from "../engine/index.ts";
import type { Scope } from "../scope.ts";
import type { Tx } from "../store/store.ts";

export interface KeptJob {
  readonly id: string;
  readonly status: JobStatus;
  /** The live one, while it is in a worker's hands (E3.10). */
  readonly nonce?: string;
  readonly scope: Scope;
  readonly type: ActionTypeId;
  readonly work: JobWork;
  /** Secrets in clear (JobWork holds them sealed). */
  readonly configuration: Readonly<Record<string, string>>;
  readonly continuationToken?: string;
  readonly losses: number;
  readonly pipelineName: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
  /** Absent once the job ended. */
  readonly credentials?: TemporaryCredentials;
}

export type JobStatus =
  | "Created"
  | "Queued"
  | "Dispatched"
  | "InProgress"
  | "Succeeded"
  | "Failed"
  | "TimedOut"
  | "Closed";

/** The job can't be had or told; `services/` puts it in AWS's words. */
export class JobError extends Error {
  readonly code:
    | "JobNotFound"
    | "InvalidNonce"
    | "AlreadyTerminated"
    | "OtherResult"
    | "NeverHandedOut"
    | "OutputVariablesSizeExceeded";
  readonly jobId: string;

  constructor(code: JobError["code"], jobId: string) {
    super(`${code}: job ${jobId}`);
    this.name = "JobError";
    this.code = code;
    this.jobId = jobId;
  }
}

export interface Jobs {
  /** Hands out up to `max` queued jobs of these types, oldest first; never waits. */
  poll(
    scope: JobScope,
    request: { types: readonly ActionTypeId[]; max: number; query?: { key: string; value: string } },
  ): Promise<readonly KeptJob[]>;
  /** Resolves true when a job of one of these types may have been queued, false after `ms` or on abort. */
  wait(scope: JobScope, types: readonly ActionTypeId[], ms: number, signal: AbortSignal): Promise<boolean>;
  /** @throws JobError */
  acknowledge(scope: JobScope, jobId: string, nonce: string): Promise<JobStatus>;
  /** The job with fresh credentials. @throws JobError */
  details(scope: JobScope, jobId: string): Promise<KeptJob>;
  /** Keys that only fetch from the repositories that the job's inputs came from. @throws JobError */
  cloneCredentials(scope: JobScope, jobId: string): Promise<TemporaryCredentials>;
  /** How CodePipeline takes the role that an open job is done as: its action's or rule's, else its pipeline's. @throws JobError */
  roleOf(scope: JobScope, jobId: string): Promise<JobRoleRequest>;
  /**
   * Why that role may not do what the job is to do (P10.5). Roles count where any has keys: there, who may write one
   * pipeline must not have builds of another run what he likes (attack A23).
   *
   * @returns undefined when it may, and where no role has keys @throws JobError
   */
  roleRefusal(scope: JobScope, jobId: string, needs: readonly [Need, ...Need[]]): Promise<string | undefined>;
  /**
   * The connection that an open job may fetch by: its own source's, or, for an input artifact that is a clone reference,
   * that of the source which made it (P1.6). Undefined when it may fetch by none. @throws JobError
   */
  connectionSource(
    scope: JobScope,
    jobId: string,
    artifact: string | undefined,
  ): Promise<ConnectionSource | undefined>;
  /** @throws JobError, RefusedError */
  succeed(scope: JobScope, jobId: string, result: SuccessReport): Promise<void>;
  /** @throws JobError */
  fail(scope: JobScope, jobId: string, failure: FailureReport): Promise<void>;
  /** Fails a job that no worker has. @returns false when one has it, or it has ended */
  failWaiting(tx: Tx, jobId: string, failure: FailureReport): Promise<boolean>;
  /** Built-in types: renews the lease by 60 s. `cancel` when the job is no longer open. */
  extendLease(scope: JobScope, jobId: string): Promise<{ verdict: "continue" | "cancel"; reason?: string }>;
  /**
   * A worker of a built-in type has the job no more, and its lease ends now (E3.10, E3.15). Nothing happens when the job
   * is nobody's, or was handed out again since. @throws JobError JobNotFound
   */
  giveUp(scope: JobScope, jobId: string, nonce: string): Promise<void>;
  /**
   * The job was brought to its function, which ends it by itself and in its own time: its lease is over, and nothing
   * comes of that (E3.15). @throws JobError when it is no job of a function, or nobody's
   */
  park(scope: JobScope, jobId: string): Promise<void>;
  progress(scope: JobScope, jobId: string, progress: ProgressReport): Promise<void>;
  /** @param account whose jobs it takes, or EVERY_ACCOUNT */
  registerWorker(
    account: string,
    worker: { workerId: string; version: string; capabilities: readonly string[] },
  ): Promise<void>;
  /** The tools of the account's workers that were seen lately; undefined when none was ever seen (P0.9). */
  toolsOf(account: string): Promise<ReadonlySet<string> | undefined>;
  /** Requeues what wasn't acknowledged in time (E3.10) and reports lost workers to the engine (E3.15). Answers when to look again. */
  expireLeases(): Promise<number | undefined>;
}

export interface ConnectionSource {
  readonly connectionArn: string;
  readonly fullRepositoryId: string;
}

/** Region absent: any region of the account (workers of built-in types). */
export interface JobScope {
  readonly account: string;
  readonly region?: string;
  /** Which of these jobs exist for the caller, where that depends on their types; absent: all. */
  admits?(job: ActionTypeId & { readonly region: string }): boolean;
}

export interface SuccessReport {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
  readonly currentRevision?: {
    readonly revision: string;
    readonly changeIdentifier: string;
    readonly created?: number;
    readonly revisionSummary?: string;
    readonly revisionUrl?: string;
  };
  readonly outputVariables?: Readonly<Record<string, string>>;
  readonly continuationToken?: string;
  /** Milliseconds until the continued job may be handed out. */
  readonly delay?: number;
}

export interface FailureReport {
  readonly type: string;
  readonly message: string;
  readonly externalExecutionId?: string;
}

export interface ProgressReport {
  readonly summary?: string;
  readonly percentComplete?: number;
  readonly externalExecutionId?: string;
  readonly externalExecutionUrl?: string;
  readonly logStreamArn?: string;
}
