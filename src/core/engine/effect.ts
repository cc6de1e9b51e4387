/** What a decision asks the store to write and the world to do, as data. */
import type { ActionError, ReportedRevision, Timer } from "./command.ts";
import type { ActionTypeId, ConditionKind, EnvironmentVariable, OutputDeclaration } from "./definition.ts";
import type { ActionStatus, ArtifactLocation, RuleStatus, SourceRevision, Trigger } from "./state.ts";

export type Effect =
  /** A new row of the action history (E3.2). */
  | { readonly type: "actionStarted"; readonly action: StartedAction }
  /** Changes to a row of the action history; members left out stay. */
  | {
      readonly type: "actionChanged";
      readonly actionExecutionId: string;
      readonly at: number;
      readonly change: ActionChange;
    }
  /** A new row of the rule history (E9.5). */
  | { readonly type: "ruleStarted"; readonly rule: StartedRule }
  /** Changes to a row of the rule history; members left out stay. */
  | {
      readonly type: "ruleChanged";
      readonly ruleExecutionId: string;
      readonly at: number;
      readonly change: RuleChange;
    }
  | { readonly type: "jobCreated"; readonly job: NewJob }
  /** An open job ends without a report of its own: by stop, update, delete, timeout or a lost lease. */
  | { readonly type: "jobEnded"; readonly jobId: string; readonly how: "closed" | "TimedOut" }
  /** A job that was Created may be handed out now. */
  | { readonly type: "jobReleased"; readonly jobId: string }
  /** An artifact is to be copied, and `copyDone` or `copyFailed` to be run then (E3.7). */
  | { readonly type: "copyRequested"; readonly copy: RequestedCopy }
  /** Who asked for it has ended: what comes of it interests nobody. */
  | { readonly type: "copyCancelled"; readonly copyId: string }
  | { readonly type: "timerSet"; readonly timer: Timer }
  | { readonly type: "timerCancelled"; readonly timerId: string }
  | { readonly type: "approvalOpened"; readonly approval: OpenedApproval }
  | { readonly type: "event"; readonly event: StateChange };

export interface StartedAction {
  readonly actionExecutionId: string;
  readonly executionId: string;
  readonly version: number;
  readonly stage: string;
  readonly action: string;
  /** 1 for the first in this stage run. */
  readonly attempt: number;
  readonly startedAt: number;
  readonly type: ActionTypeId;
  readonly region: string;
  readonly roleArn?: string;
  readonly namespace?: string;
  readonly configuration: Readonly<Record<string, string>>;
  /** With references replaced; equal to `configuration` when it holds none. */
  readonly resolvedConfiguration: Readonly<Record<string, string>>;
  readonly inputs: readonly NamedArtifact[];
}

export interface NamedArtifact extends ArtifactLocation {
  readonly name: string;
}

export interface ActionChange {
  readonly status?: ActionStatus;
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
  readonly error?: ActionError;
  readonly updatedBy?: string;
  /** On success. */
  readonly outputs?: readonly NamedArtifact[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly revision?: ReportedRevision;
}

export interface StartedRule {
  readonly ruleExecutionId: string;
  readonly executionId: string;
  readonly version: number;
  readonly stage: string;
  readonly condition: ConditionKind;
  readonly rule: string;
  /** Of the condition: 1 for the first in this stage run. */
  readonly evaluation: number;
  readonly startedAt: number;
  readonly type: ActionTypeId;
  readonly region: string;
  readonly roleArn?: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly resolvedConfiguration: Readonly<Record<string, string>>;
  readonly inputs: readonly NamedArtifact[];
}

export interface RuleChange {
  readonly status?: RuleStatus;
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly error?: ActionError;
}

/** Of a rule `action` is its name, and `actionExecutionId` the rule execution's id. */
export interface NewJob {
  readonly id: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
  readonly type: ActionTypeId;
  /** Created jobs wait for a `jobReleased`. */
  readonly status: "Created" | "Queued";
  readonly createdAt: number;
  /** Workers lost before it (E3.15). */
  readonly losses: number;
  readonly continuationToken?: string;
  /** What a worker gets; the same for every job of one action execution, but the outputs after a lost lease. */
  readonly work: JobWork;
}

/** Of a rule `action` is its name, and `actionExecutionId` the rule execution's id. */
export interface RequestedCopy {
  readonly id: string;
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
  readonly artifact: string;
  readonly from: ArtifactLocation;
  /** A key of its own: making the copy again does no harm. */
  readonly to: ArtifactLocation;
}

export interface JobWork {
  readonly resolvedConfiguration: Readonly<Record<string, string>>;
  readonly inputs: readonly NamedArtifact[];
  readonly outputs: readonly (NamedArtifact & Pick<OutputDeclaration, "files">)[];
  readonly encryptionKey?: { readonly id: string; readonly type: string };
  readonly region: string;
  readonly roleArn?: string;
  readonly timeoutMinutes: number;
  /** Texts and values apart: the worker expands them safely (E4.9, P4.2). */
  readonly commands?: readonly CommandText[];
  readonly environmentVariables?: readonly EnvironmentVariable[];
  readonly outputVariables?: readonly string[];
  /** Source actions: the revision to deliver; absent = newest. */
  readonly sourceRevision?: SourceRevision;
  /** Rules: the kind of condition that asks, by which the verdict may differ (E9.15). */
  readonly condition?: ConditionKind;
  /** When the action started: fixes `{datetime}` over redeliveries (P6.2). */
  readonly actionStartedAt: number;
}

export interface CommandText {
  /** As declared, references in place. */
  readonly text: string;
  /** By reference text (`#{ns.key}`). */
  readonly values: Readonly<Record<string, string>>;
}

export interface OpenedApproval {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly token: string;
  readonly expiresAt: number;
  readonly resolvedConfiguration: Readonly<Record<string, string>>;
}

/** A state change in the order it happened (E12); the sinks' JSON is made of it. */
export interface StateChange {
  readonly level: "pipeline" | "stage" | "action";
  /** STARTED, SUCCEEDED, FAILED, STOPPING, STOPPED, CANCELED, SUPERSEDED, RESUMED, ABANDONED, SKIPPED */
  readonly state: string;
  readonly executionId: string;
  readonly version: number;
  readonly attempt: number;
  /** Of the execution, the stage run or the action. */
  readonly startedAt: number;
  readonly at: number;
  readonly stage?: string;
  readonly action?: string;
  readonly actionExecutionId?: string;
  readonly type?: ActionTypeId;
  readonly region?: string;
  readonly detail?: StateChangeDetail;
}

/** What E12.3 names besides, where it applies. */
export interface StateChangeDetail {
  /** Pipeline STARTED; of git triggers SUCCEEDED and FAILED as well. */
  readonly trigger?: Trigger;
  /** Pipeline STOPPING: the reason that the caller gave. */
  readonly stopComments?: string;
  /** Pipeline FAILED: where, unless it failed at once; it may have been a condition. */
  readonly failedStage?: string;
  /** Of the execution or the stage run, after its first retry. */
  readonly lastRetryAt?: number;
  /** Actions that have any. */
  readonly inputs?: readonly NamedArtifact[];
  /** Action SUCCEEDED. */
  readonly outputs?: readonly NamedArtifact[];
  /** The end of an action. Without summary the error's message stands there; it is masked and cut when it is sent. */
  readonly result?: {
    readonly externalExecutionId?: string;
    readonly summary?: string;
    readonly errorCode?: string;
  };
}
