/** Why a pipeline or an execution is where it is, in plain words. */
import type { Scope } from "../scope.ts";

/** One thing that holds an execution, ended it, or will move it. */
export interface Reason {
  /** For programs: a name of a fixed list, such as `approval` or `stageLocked`. */
  readonly code: ReasonCode;
  /** For people: one or two sentences. */
  readonly text: string;
  readonly stage?: string;
  readonly action?: string;
  readonly rule?: string;
  /** Another execution that it is about. */
  readonly executionId?: string;
  /** ISO time. */
  readonly since?: string;
  /** ISO time at which it ends by itself. */
  readonly until?: string;
  /** What whoever may do so types at a shell to move it on; names and ids need no quotes there. */
  readonly command?: string;
}

export type ReasonCode =
  | "approval"
  | "stageLocked"
  | "inLine"
  | "transitionDisabled"
  | "transitionLimit"
  | "noWorker"
  | "copying"
  | "jobQueued"
  | "jobDelayed"
  | "buildQueued"
  | "jobHandedOut"
  | "jobInProgress"
  | "functionAnswers"
  | "timeout"
  | "windowClosed"
  | "stopping"
  | "cut"
  | "succeeded"
  | "failedAtOnce"
  | "actionFailed"
  | "conditionFailed"
  | "rolledBack"
  | "stopped"
  | "superseded"
  | "cancelled"
  | "notRetryable"
  | "neverRan"
  | "nothingRuns"
  | "pollingDisabled"
  | "limitReached";

export interface ExecutionExplanation {
  readonly executionId: string;
  readonly status: string;
  readonly version: number;
  /** ISO time. */
  readonly started: string;
  /** What matters most first. */
  readonly reasons: readonly Reason[];
}

export interface Explanation {
  readonly pipeline: string;
  readonly version: number;
  /** About the pipeline as a whole. */
  readonly reasons: readonly Reason[];
  /**
   * Of a pipeline: those that haven't ended, oldest first, else the latest one. Of an execution: itself, then those that
   * it waits for.
   */
  readonly executions: readonly ExecutionExplanation[];
}

export interface Explain {
  /** @returns undefined when there is no such pipeline */
  pipeline(scope: Scope, name: string): Promise<Explanation | undefined>;
  /** @returns undefined when there is no such execution in the pipeline of that id */
  execution(pipelineId: string, executionId: string): Promise<Explanation | undefined>;
  /** Whose execution it is; undefined when there is none of the account. */
  ownerOf(
    account: string,
    executionId: string,
  ): Promise<(Scope & { readonly pipelineId: string; readonly pipelineName: string }) | undefined>;
}
