/**
 * The job protocol as a worker sees it: what it is handed, and what it may say. Two things stand behind
 * `JobClient`: the HTTP client of `millrace worker`, and the server's own job keeper, handed in by the server that
 * embeds a worker. Times are milliseconds since the epoch unless named otherwise.
 *
 * @see providers.md P0.2 to P0.5
 */
import type { BuildState, BuildVariable, JobRole, StartedBuild } from "./build-protocol.ts";

export interface ActionTypeId {
  readonly category: string;
  readonly owner: string;
  readonly provider: string;
  readonly version: string;
}

/**
 * What a worker can say. Every call rejects with a `JobRefusedError` when the receiver refused it for good (the job
 * ended, its lease is lost, the request is wrong); any other rejection means that it may be tried again.
 */
export interface JobClient {
  /** Announces this worker and the tools it found (P0.5, P0.6). */
  register(worker: WorkerDescription): Promise<void>;
  /** Waits up to `waitSeconds` (≤ 20) for jobs of any of these types; answers `[]` when there are none. */
  poll(request: PollRequest, signal: AbortSignal): Promise<readonly Job[]>;
  /** `InProgress` when the job is ours now; any other status means: leave it. */
  acknowledge(jobId: string, nonce: string): Promise<string>;
  /** Renews the 60 s lease (P0.12). */
  extendLease(jobId: string): Promise<LeaseVerdict>;
  /** The same job with fresh artifact credentials. */
  refresh(jobId: string): Promise<ArtifactCredentials>;
  /** Keys that only fetch from the repositories that the job's inputs came from: for a build's own git (P3.5). */
  cloneCredentials(jobId: string): Promise<ArtifactCredentials>;
  /**
   * Hands a job back that this worker has no more: it comes again at once, not when its lease is over. Nothing happens
   * where it was handed out anew since: the nonce is another then.
   */
  giveUp(jobId: string, nonce: string): Promise<void>;
  /** Invocations only: the job was brought to its function, which ends it by itself (P7.3). */
  park(jobId: string): Promise<void>;
  progress(jobId: string, progress: Progress): Promise<void>;
  succeed(jobId: string, result: JobSuccess): Promise<void>;
  fail(jobId: string, failure: JobFailure): Promise<void>;
  /** Appends lines to the action's log, in order; lines that this job sent before are ignored by the receiver. */
  appendLog(actionExecutionId: string, jobId: string, lines: readonly LogLine[]): Promise<void>;
  /** CodeBuild builds only: moves the build's record forward (P2.20); idempotent. */
  putBuildState(jobId: string, build: BuildState): Promise<void>;
  /** CodeBuild actions only: the project that the job's configuration names, or undefined when there is none of that name. */
  startBuild(jobId: string, nonce: string): Promise<StartedBuild | undefined>;
  /** Builds and Commands only: what the commands run as, and by which keys (P10.5). */
  jobRole(jobId: string): Promise<JobRole>;
  /**
   * Nested pipelines only: starts the pipeline that the job's configuration names, or answers the execution that an
   * earlier job of the same action execution started (E13.5).
   */
  startChild(jobId: string, request: ChildRequest): Promise<StartedChild>;
  /** Nested pipelines only: how an execution of that pipeline is now; undefined when it is there no more. */
  describeChild(jobId: string, executionId: string): Promise<ChildExecution | undefined>;
  /** Builds and Commands only: what a variable names in a secret store, or why it can't be had (P3.9 to P3.11). */
  resolveSecret(jobId: string, kind: SecretKind, name: string): Promise<ResolvedSecret>;
  /**
   * Where the repository of a connection is and what opens it: that of the job's own source, or of the source that made
   * an input artifact which is a clone reference; or why the job doesn't get it (P1.26).
   */
  connectedRepository(jobId: string, artifact: string | undefined): Promise<ConnectedRepository>;
  /** The host refused that repository's token: the connection may be of no use any more (S7.2). */
  doubtConnection(jobId: string, artifact: string | undefined): Promise<void>;
}

/** The receiver refused a call for good: repeating it can't help. */
export class JobRefusedError extends Error {
  /** AWS's name of the error: `InvalidJobStateException`, `JobNotFoundException`, … */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "JobRefusedError";
    this.code = code;
  }
}

export interface WorkerDescription {
  readonly workerId: string;
  readonly version: string;
  /** Tools found: `git`, `bubblewrap`, … */
  readonly capabilities: readonly string[];
}

export interface PollRequest {
  readonly workerId: string;
  readonly actionTypeIds: readonly ActionTypeId[];
  /** Absent: jobs of actions in every region (P0.17). */
  readonly regions?: readonly string[];
  readonly maxBatchSize: number;
  readonly waitSeconds: number;
}

export interface LeaseVerdict {
  readonly leaseSeconds: number;
  readonly verdict: "continue" | "cancel";
  readonly reason?: string;
}

export interface Job {
  readonly id: string;
  readonly nonce: string;
  readonly accountId: string;
  readonly actionTypeId: ActionTypeId;
  /** Resolved, secrets in clear. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly JobArtifact[];
  readonly outputArtifacts: readonly JobArtifact[];
  readonly artifactCredentials: ArtifactCredentials;
  readonly continuationToken?: string;
  readonly encryptionKey?: { readonly id: string; readonly type: string };
  readonly pipeline: PipelineContext;
  /** Members that AWS's job model lacks (P0.3). */
  readonly commands?: readonly { readonly text: string; readonly values: Readonly<Record<string, string>> }[];
  readonly environmentVariables?: readonly BuildVariable[];
  readonly outputVariables?: readonly string[];
  readonly sourceRevision?: {
    readonly revisionId?: string;
    readonly objectKey?: string;
    /** What the commit is fetched by, where it isn't the configured branch. */
    readonly ref?: string;
    /** What the event that started the execution says besides, by output variable. */
    readonly variables?: Readonly<Record<string, string>>;
  };
  /** Rules (category Rule; their name stands in `pipeline.action`): the kind of condition that asks (E9.15). */
  readonly condition?: "BEFORE_ENTRY" | "ON_SUCCESS" | "ON_FAILURE";
  readonly region: string;
  readonly roleArn?: string;
  /** Whether the server asks roles what their jobs may do (P10.5). */
  readonly rolesCount?: boolean;
  readonly timeoutMinutes: number;
  readonly actionStartedAt: number;
  /** 1 for the first delivery; grows with each lost worker (P0.12). */
  readonly delivery: number;
  /** Where artifacts live: an S3 endpoint for path-style requests. */
  readonly artifactEndpoint: string;
  /** Public base of the server: for links and clone URLs. */
  readonly publicUrl: string;
  /** The operator's settings for this job's type and configuration, by name (P0.6). */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PipelineContext {
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
}

export interface JobArtifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly revision?: string;
  readonly files?: readonly string[];
}

export interface ArtifactCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When they stop to open anything. */
  readonly expires: number;
}

export interface Progress {
  readonly summary?: string;
  readonly percentComplete?: number;
  readonly externalExecutionId?: string;
  readonly externalExecutionUrl?: string;
  readonly logStreamArn?: string;
}

export interface JobSuccess {
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
  /** JSON text with all that is needed to go on; without `outputVariables`. */
  readonly continuationToken?: string;
}

export type FailureType =
  | "JobFailed"
  | "ConfigurationError"
  | "PermissionError"
  | "RevisionOutOfSync"
  | "RevisionUnavailable"
  | "SystemUnavailable";

export interface JobFailure {
  readonly type: FailureType;
  readonly message: string;
  readonly externalExecutionId?: string;
}

/** One line of an action's log (P11.1). */
export interface LogLine {
  /** Counts from 1 within its job; the receiver numbers them over the whole action execution. */
  readonly seq: number;
  readonly time: number;
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly phase?: string;
}

export type SecretKind = "parameter-store" | "secrets-manager";

export type ResolvedSecret =
  | { readonly value: string }
  | { readonly refused: string }
  /** The server couldn't ask just now where it is. */
  | { readonly unavailable: string };

export type ConnectedRepository =
  | {
      readonly repository: {
        readonly connectionArn: string;
        readonly providerType: string;
        /** Without credentials. */
        readonly cloneUrl: string;
        readonly username: string;
        readonly password: string;
        /** What of these must not be shown. */
        readonly secret: string;
        /** What may be reached besides the public internet, as the server's operator wrote it. */
        readonly allowOutgoing: readonly string[];
        /** What the pages of its commits begin with; absent where the host has none. */
        readonly commitPages?: string;
      };
    }
  | { readonly refused: string };

/** What a nested pipeline is started with, as StartPipelineExecution takes it. */
export interface ChildRequest {
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  readonly sourceRevisions: readonly {
    readonly actionName: string;
    readonly revisionType: string;
    readonly revisionValue: string;
  }[];
}

export interface ChildExecution {
  readonly executionId: string;
  /** As GetPipelineExecution says it: `InProgress`, `Succeeded`, … */
  readonly status: string;
  /** Resolved pipeline variables. */
  readonly variables: Readonly<Record<string, string>>;
}

/** What was started, or what the action fails with instead. */
export type StartedChild =
  | { readonly child: ChildExecution }
  | { readonly refused: Pick<JobFailure, "type" | "message"> };
