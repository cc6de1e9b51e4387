/**
 * The live state that the engine reads and answers: what a pipeline and its executions are between two commands.
 * Plain JSON, so that the store keeps it as it is. Times are milliseconds since the epoch.
 */
import type { ReportedRevision } from "./command.ts";
import type { ConditionKind, ExecutionMode } from "./definition.ts";

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
export type RuleStatus = ActionStatus;
/** Errored is Failed by a rule that couldn't be evaluated (E9.3). */
export type ConditionStatus =
  | "InProgress"
  | "Succeeded"
  | "Failed"
  | "Errored"
  | "Overridden"
  | "Abandoned"
  | "Cancelled";

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
  /** Whose work is in force: the last that Succeeded here in the current version, of a rollback its target (E8.6). */
  readonly inForce?: string;
  /** Live rollbacks of this stage; more than one in PARALLEL mode only (E8.3, I33). */
  readonly rollbacks?: readonly string[];
  /** Execution whose condition of that kind was evaluated last. */
  readonly evaluated?: Readonly<Partial<Record<ConditionKind, string>>>;
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
  readonly waitingBefore?: { readonly stage: string; readonly since: number; readonly timer?: string };
  /** Of a Superseded one: the newer execution that took its place (E2.5). */
  readonly supersededBy?: string;
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
  /** Of a nested pipeline: the ARNs of the pipelines above it, the one that started it last (providers.md P7.9). */
  readonly above?: readonly string[];
}

/** What a source action is told to deliver. */
export interface SourceRevision {
  readonly revisionId?: string;
  /** `S3_OBJECT_KEY` overrides. */
  readonly objectKey?: string;
  readonly changeId?: string;
  /** The ref that the commit is fetched by, where it isn't the action's branch: `refs/pull/7/head`, `refs/tags/v1`. */
  readonly ref?: string;
  /** What the event that started the execution says besides: output variables of the source (E4.11). */
  readonly variables?: Readonly<Record<string, string>>;
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
  /** The last evaluation of each condition, by kind (E9). */
  readonly conditions?: Readonly<Partial<Record<ConditionKind, ConditionState>>>;
  /** Its last failure started a rollback (E8.4). */
  readonly rolledBack?: boolean;
}

export interface ConditionState {
  readonly status: ConditionStatus;
  /** Of the last change of status. */
  readonly changedAt: number;
  /** Why it Failed or Errored. */
  readonly summary?: string;
  /** 1 for the first in this stage run. */
  readonly evaluation: number;
  /** A retry came since: it doesn't count any more, and is evaluated anew when its time comes (E7.6). */
  readonly forgotten?: true;
  /** By name. */
  readonly rules: Readonly<Record<string, RuleState>>;
}

export interface RuleState {
  /** Rule execution id. */
  readonly id: string;
  readonly status: RuleStatus;
  readonly startedAt: number;
  /** The one open job; rules that the engine decides have none (E9.5). */
  readonly job?: OpenJob;
  /** The running time-out. */
  readonly timer?: string;
  /** Runs until the deployment window opens. */
  readonly windowTimer?: string;
  /** Of inputs that lie in another region (E3.7). */
  readonly copies?: readonly InputCopy[];
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
  /** The one open job; an approval has none. */
  readonly job?: OpenJob;
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
  /** While it is in progress: of inputs that lie in another region (E3.7). */
  readonly copies?: readonly InputCopy[];
  /** Output locations, allotted at start (E3.8); they count once the action is Succeeded. */
  readonly outputs: Readonly<Record<string, ArtifactLocation>>;
  /** Output variables, from success on, when the action has a namespace (E4.11). */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface OpenJob {
  readonly id: string;
  /** Workers lost so far (E3.15). */
  readonly losses: number;
  /** Runs until a continued job may be handed out (E3.12). */
  readonly delayTimer?: string;
  /** Runs until its function must have answered: no worker has it any more (E10). */
  readonly replyTimer?: string;
}

/** An input artifact on its way to the region of who takes it; the jobs of one action or rule all get this copy. */
export interface InputCopy {
  readonly id: string;
  readonly artifact: string;
  readonly to: ArtifactLocation;
  /** It was reported done; nobody waits for it any more. */
  readonly done?: true;
}

export interface ArtifactLocation {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  /** Revision of the source it came from. */
  readonly revision?: string;
}
