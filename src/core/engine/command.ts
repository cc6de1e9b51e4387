/** What can happen to a pipeline, and what the engine answers. Plain data. */
import type { ConditionKind, Definition, RetryMode } from "./definition.ts";
import type { Effect } from "./effect.ts";
import type { ExecutionState, PipelineState, SourceRevision, Trigger } from "./state.ts";

export type Command =
  | {
      readonly type: "start";
      readonly trigger: Trigger;
      readonly variables: Readonly<Record<string, string>>;
      /** By source action name. */
      readonly revisions: Readonly<Record<string, SourceRevision>>;
      /** A caller's start is refused at the limit; a trigger's makes an execution that failed at once (E2.12). */
      readonly origin: "caller" | "trigger";
    }
  | {
      readonly type: "stop";
      readonly executionId: string;
      readonly abandon: boolean;
      readonly reason?: string;
    }
  | {
      readonly type: "retryStage";
      readonly executionId: string;
      readonly stage: string;
      readonly mode: RetryMode;
    }
  /** Runs a stage again with what `targetId` had brought there (E8.3). */
  | {
      readonly type: "rollbackStage";
      readonly stage: string;
      readonly targetId: string;
      readonly trigger: Trigger;
    }
  /** Lets an execution pass a condition (E9.12). */
  | {
      readonly type: "overrideCondition";
      readonly executionId: string;
      readonly stage: string;
      readonly condition: OverridableCondition;
    }
  | {
      readonly type: "setTransition";
      readonly stage: string;
      readonly direction: "Inbound" | "Outbound";
      readonly enabled: boolean;
      readonly reason?: string;
      readonly by: string;
    }
  | {
      readonly type: "answerApproval";
      readonly stage: string;
      readonly action: string;
      readonly token: string;
      /** The execution that the token belongs to; absent when the token is unknown. */
      readonly executionId?: string;
      readonly status: "Approved" | "Rejected";
      readonly summary: string;
      readonly by: string;
    }
  | ({ readonly type: "jobSucceeded" } & JobReport & {
        readonly details: ExecutionDetails;
        readonly variables: Readonly<Record<string, string>>;
        readonly revision?: ReportedRevision;
      })
  | ({ readonly type: "jobContinued" } & JobReport & {
        readonly details: ExecutionDetails;
        readonly continuationToken: string;
        readonly revision?: ReportedRevision;
        /** Milliseconds until the next job may be handed out. */
        readonly delay: number;
      })
  | ({ readonly type: "jobFailed" } & JobReport & {
        readonly error: ActionError;
        readonly externalExecutionId?: string;
      })
  /** A function was given the job and answers by itself; its worker has no more to do with it (E3.15). */
  | ({ readonly type: "jobParked" } & JobReport & {
        /** Milliseconds that the answer may take (E10). */
        readonly replyWithin: number;
        /** What the action fails with when there is none. */
        readonly message: string;
      })
  /** A built-in worker's lease ran out (E3.15). */
  | ({ readonly type: "jobLost" } & JobReport & { readonly continuationToken?: string })
  /** An input artifact has reached the region of the action that waits for it (E3.7). */
  | ({ readonly type: "copyDone" } & CopyReport)
  | ({ readonly type: "copyFailed" } & CopyReport & {
        /** What its action or rule fails with. */
        readonly message: string;
      })
  | { readonly type: "timerFired"; readonly timer: Timer }
  /** The definition of `version` became the current one (E11.1). */
  | { readonly type: "update"; readonly version: number }
  /** The pipeline goes away (E11.7). */
  | { readonly type: "delete" };

/** What ends a job. */
export type EndedJob = Extract<Command, { type: "jobSucceeded" | "jobContinued" | "jobFailed" | "jobLost" }>;

export type OverridableCondition = Exclude<ConditionKind, "ON_FAILURE">;

/** Of a rule's job `action` is the rule's name, and `actionExecutionId` the rule execution's id. */
export interface JobReport {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
  readonly jobId: string;
}

/** Of a rule's copy as of a rule's job. */
export interface CopyReport {
  readonly executionId: string;
  readonly stage: string;
  readonly action: string;
  readonly actionExecutionId: string;
  readonly copyId: string;
}

export interface ExecutionDetails {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
}

export interface ReportedRevision {
  readonly revision: string;
  readonly changeIdentifier: string;
  readonly created?: number;
  readonly revisionSummary?: string;
  readonly revisionUrl?: string;
}

export interface ActionError {
  /** JobFailed, ConfigurationError, PermissionError, RevisionOutOfSync, RevisionUnavailable, SystemUnavailable */
  readonly code: string;
  readonly message: string;
}

/** A row of the timer table (E10.4). */
export type Timer = {
  readonly id: string;
  readonly executionId: string;
  readonly stage: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
} & (
  | { readonly kind: "transitionWait" }
  | ({ readonly kind: "actionTimeout" | "approvalExpiry" } & TimedAction)
  | ({ readonly kind: "jobDelay"; readonly jobId: string } & TimedAction)
  | ({ readonly kind: "jobReply"; readonly jobId: string; readonly message: string } & TimedAction)
  | ({ readonly kind: "ruleTimeout" | "windowOpens" } & TimedRule)
);

interface TimedAction {
  readonly action: string;
  readonly actionExecutionId: string;
}

interface TimedRule {
  readonly condition: ConditionKind;
  readonly rule: string;
  readonly ruleExecutionId: string;
}

/** Everything that a command may look at; what isn't in it isn't live for the command. */
export interface World {
  readonly pipeline: PipelineState;
  /** The current version's, and those of `executions`. */
  readonly definitions: ReadonlyMap<number, Definition>;
  /**
   * Every waiting or lock-holding execution, and the one that the command names; for `delete` every live one. With each
   * ROLLBACK its target, and for each stage that may be rolled back by itself whose work is in force there (E8.6).
   */
  readonly executions: ReadonlyMap<string, ExecutionState>;
  /** Live STANDARD executions in QUEUED and PARALLEL mode, counted by the store (E2.12). */
  readonly liveCount: number;
}

/** What the engine may not make itself. */
export interface Env {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** A new UUID v4. */
  newId(): string;
  /** Seven random letters and digits: the end of an artifact's key. */
  newKey(): string;
  readonly limits: { readonly concurrentExecutions: number };
  /** Whether an action type still exists in this account and region (E3.5). */
  actionTypeExists(type: { category: string; owner: string; provider: string; version: string }): boolean;
}

export type Decision =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | {
      readonly kind: "done";
      readonly pipeline: PipelineState;
      /** Only those that are new or changed. */
      readonly executions: readonly ExecutionState[];
      /** In order of happening. */
      readonly effects: readonly Effect[];
      readonly answer: Answer;
    };

export interface Answer {
  /** `start`, `rollbackStage`: the new execution. */
  readonly executionId?: string;
}

/** Why a command changed nothing; `services/` puts it in AWS's words. */
export type Refusal =
  | { readonly code: "StageNotFound"; readonly stage: string }
  | { readonly code: "ActionNotFound"; readonly stage: string; readonly action: string }
  | { readonly code: "PipelineExecutionNotStoppable"; readonly executionId: string }
  | { readonly code: "DuplicatedStopRequest"; readonly executionId: string }
  | { readonly code: "StageNotRetryable"; readonly stage: string; readonly executionId: string }
  | { readonly code: "NotLatestPipelineExecution"; readonly stage: string; readonly executionId: string }
  | { readonly code: "ConcurrentExecutionsLimitExceeded"; readonly limit: number }
  | { readonly code: "PipelineExecutionNotFound"; readonly executionId: string }
  | { readonly code: "PipelineExecutionOutdated"; readonly executionId: string; readonly version: number }
  | {
      readonly code: "UnableToRollbackStage";
      readonly stage: string;
      /** The target that didn't succeed there, or who is in the stage. */
      readonly executionId: string;
      readonly because: "notSucceeded" | "inUse";
    }
  | {
      readonly code: "ConditionNotOverridable";
      readonly stage: string;
      readonly executionId: string;
      readonly condition: OverridableCondition;
    }
  | {
      readonly code: "InvalidApprovalToken";
      readonly stage: string;
      readonly action: string;
      readonly because: "unknown" | "closed" | "updated" | "summaryRequired";
    }
  | { readonly code: "ApprovalAlreadyCompleted"; readonly stage: string; readonly action: string }
  /** The action execution ended meanwhile; the job keeper decides what the caller hears (E3.14). */
  | { readonly code: "JobNotOpen"; readonly jobId: string };
