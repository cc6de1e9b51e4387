/**
 * The live state that the engine reads and answers: what a pipeline and its executions are between two commands.
 * Plain JSON, so that the store keeps it as it is. Times are milliseconds since the epoch.
 */
import type { ReportedRevision } from "./command.ts";
import type { ExecutionMode } from "./definition.ts";

export type ExecutionStatus =
  | "InProgress"
  | "Stopping"
  | "Succeeded"
  | "Failed"
  | "Stopped"
  | "Superseded"
  | "Cancelled";
export type RunStatus =
  | "InProgress"
  | "Stopping"
  | "Succeeded"
  | "Failed"
  | "Stopped"
  | "Skipped"
  | "Cancelled";
export type ActionStatus = "InProgress" | "Succeeded" | "Failed" | "Abandoned";

/** One life of a pipeline: deleted and created again is another. */
export interface PipelineState {
  readonly currentVersion: number;
  /** `seq` of the next execution (Terms). */
  readonly nextSeq: number;
  /** No command sees an earlier time than this (E10.4). */
  readonly latestTime: number;
  /** By stage name: flags and places outlive versions (E11.6). */
  readonly stages: Readonly<Record<string, StageState>>;
}

export interface StageState {
  readonly inbound: TransitionState;
  readonly outbound: TransitionState;
  /** Execution that holds the lock (E2.2). */
  readonly lock?: string;
  /** Execution that entered last (E2.11). */
  readonly latest?: string;
  /** Executions that wait before this stage, oldest first. */
  readonly waiting: readonly string[];
}

export interface TransitionState {
  readonly enabled: boolean;
  readonly reason?: string;
  readonly by?: string;
  readonly at?: number;
}

export interface ExecutionState {
  readonly id: string;
  readonly seq: number;
  readonly version: number;
  readonly mode: ExecutionMode;
  readonly type: "STANDARD" | "ROLLBACK";
  /** ROLLBACK only: the execution whose artifacts and variables count (E8.5). */
  readonly rollbackTarget?: string;
  readonly trigger: Trigger;
  /** Resolved pipeline variables (E4.1); absent when none are declared or a required one was missing. */
  readonly variables?: Readonly<Record<string, string>>;
  /** By source action name: the revision that this execution is bound to (E1.7, E13). */
  readonly revisions: Readonly<Record<string, SourceRevision>>;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly status: ExecutionStatus;
  readonly statusSummary?: string;
  /** Starts at 1, grows with each retry (E1.5). */
  readonly attempt: number;
  readonly stop?: { readonly abandon: boolean; readonly reason?: string };
  /** Set by an update while it was live (E11.2): the version that cut it. */
  readonly cutBy?: number;
  /** Where it waits, if it waits. */
  readonly waitingBefore?: { readonly stage: string; readonly timer?: string };
  /** Stage runs by stage name, in order of entry. */
  readonly runs: Readonly<Record<string, StageRun>>;
  /** Recorded by source actions: what GetPipelineExecution shows (E1.7). */
  readonly artifactRevisions: readonly ArtifactRevision[];
  /** Recorded once per source action: what ListPipelineExecutions shows (E1.7). */
  readonly sourceRevisions: readonly RecordedSourceRevision[];
}

export interface Trigger {
  readonly type: string;
  readonly detail: string;
}

/** What a source action is told to deliver. */
export interface SourceRevision {
  readonly revisionId?: string;
  /** `S3_OBJECT_KEY` overrides. */
  readonly objectKey?: string;
  readonly changeId?: string;
  /** Set once a source action of this execution succeeded: a retry delivers the same again. */
  readonly recorded?: true;
}

export interface ArtifactRevision {
  readonly name: string;
  readonly revisionId: string;
  readonly revisionChangeIdentifier?: string;
  readonly revisionSummary?: string;
  readonly created?: number;
  readonly revisionUrl?: string;
}

export interface RecordedSourceRevision {
  readonly actionName: string;
  readonly revisionId: string;
  readonly revisionSummary?: string;
  readonly revisionUrl?: string;
}

export interface StageRun {
  readonly status: RunStatus;
  readonly startedAt: number;
  /** Latest attempt of each action that started in this run since its last ALL_ACTIONS, by action name. */
  readonly actions: Readonly<Record<string, ActionState>>;
  /** Count of earlier attempts by action, over all retries: the next attempt's number is this plus one. */
  readonly attempts: Readonly<Record<string, number>>;
  /** How approvals of this run ended, by token: what a late answer is told (E5.2). */
  readonly approvals: Readonly<Record<string, EndedApproval>>;
  readonly manualRetries: number;
  readonly automaticRetries: number;
  readonly latestRetryTrigger?: "ManualStageRetry" | "AutomatedStageRetry";
  readonly lastRetryAt?: number;
}

export interface EndedApproval {
  readonly action: string;
  readonly how: "answered" | "expired" | "abandoned" | "updated";
}

export interface ActionState {
  /** Action execution id; of an approval also its token (E5.1). */
  readonly id: string;
  readonly status: ActionStatus;
  readonly startedAt: number;
  /** The one open job; an approval has none. `delayTimer` runs until a continued job may be handed out. */
  readonly job?: { readonly id: string; readonly losses: number; readonly delayTimer?: string };
  /** What continued jobs have told so far (E3.12). */
  readonly reported?: {
    readonly summary?: string;
    readonly externalExecutionId?: string;
    readonly revision?: ReportedRevision;
  };
  /** Of an open approval whose answer must say why (IsSummaryRequired). */
  readonly summaryRequired?: true;
  /** The running timeout or approval expiry. */
  readonly timer?: string;
  /** Output locations, allotted at start (E3.8); they count once the action is Succeeded. */
  readonly outputs: Readonly<Record<string, ArtifactLocation>>;
  /** Output variables, from success on, when the action has a namespace (E4.11). */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ArtifactLocation {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  /** Revision of the source it came from. */
  readonly revision?: string;
}
