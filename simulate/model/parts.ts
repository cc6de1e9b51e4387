/**
 * What the model knows of a pipeline: the rules of semantics.md told a second time, in the plainest way there is. Nothing
 * here is stored that can be said from the rest: who holds a lock, what status an execution has, what is due.
 */
import type { ConditionKind, Definition, ExecutionMode } from "../../src/core/engine/index.ts";

export interface Execution {
  readonly seq: number;
  readonly version: number;
  readonly mode: ExecutionMode;
  readonly type: "STANDARD" | "ROLLBACK";
  readonly target: Execution | undefined;
  readonly variables: Readonly<Record<string, string>>;
  attempt: number;
  stop: "wait" | "abandon" | undefined;
  cutBy: number | undefined;
  /** Set by what ends an execution from outside of its stages. */
  ended: "Failed" | "Superseded" | "Cancelled" | "Stopped" | undefined;
  summary: string | undefined;
  waits: { readonly stage: string; due: number | undefined } | undefined;
  /** In order of entry. */
  readonly runs: Run[];
}

export type RunStatus = "InProgress" | "Succeeded" | "Failed" | "Stopped" | "Skipped" | "Cancelled";

export interface Run {
  readonly stage: string;
  /** Stopping is an InProgress run of an execution that was asked to stop. */
  status: RunStatus;
  /** Of the newest life of the run: ALL_ACTIONS begins another. */
  actions: Map<string, Attempt>;
  readonly attempts: Map<string, number>;
  manual: number;
  automatic: number;
  readonly conditions: Map<ConditionKind, Condition>;
  /** How often each was evaluated. */
  readonly evaluations: Map<ConditionKind, number>;
  failedBy: "actions" | ConditionKind | undefined;
  /** Its failure started a rollback, which is in force now. */
  rolledBack: boolean;
  /** The how-many-th run of the whole pipeline to succeed. */
  succeeded: number | undefined;
}

export interface Attempt {
  readonly number: number;
  status: "InProgress" | "Succeeded" | "Failed" | "Abandoned";
  readonly approval: boolean;
  answered: boolean;
  job: Job | undefined;
  due: number | undefined;
  /** What it failed with, where time decided. */
  error: { readonly code: string; readonly message: string } | undefined;
  variables: Readonly<Record<string, string>>;
  readonly configuration: Readonly<Record<string, string>>;
  /** `execution/action#attempt` that made each. */
  readonly inputs: readonly string[];
}

export interface Job {
  status: "Created" | "Queued" | "Dispatched" | "InProgress";
  losses: number;
  releasedAt: number | undefined;
  leaseUntil: number | undefined;
  /** Of one that was brought to its function: when that must have answered (E10). No worker has the job any more. */
  replyBy: number | undefined;
  handedOut: boolean;
  /** Input artifacts that are still to be copied from another region (E3.7). */
  readonly copies: Set<string>;
  /** How it ended; a result is told by whoever reported it. */
  end: "Result" | "TimedOut" | "Closed" | undefined;
}

export interface Condition {
  status: "InProgress" | "Succeeded" | "Failed" | "Errored" | "Overridden" | "Abandoned" | "Cancelled";
  readonly evaluation: number;
  rules: Rule[];
}

export interface Rule {
  readonly name: string;
  status: "InProgress" | "Succeeded" | "Failed" | "Abandoned";
  /** Of a DeploymentWindow that waits there is none. */
  job: Job | undefined;
  due: number | undefined;
  opensAt: number | undefined;
}

export interface Flags {
  inbound: boolean;
  outbound: boolean;
}

export const isMoving = (status: string): boolean => status === "InProgress";

/** E1.2: the first row that holds decides. */
export function statusOf(execution: Execution, lastStage: string): string {
  const { ended, runs, stop, cutBy } = execution;
  if (ended !== undefined) return ended;
  const going = runs.some((run) => [...run.actions.values()].some(({ status }) => isMoving(status)));
  const open = runs.some(({ status }) => status === "InProgress");
  if (stop !== undefined && going) return "Stopping";
  if (stop !== undefined && !open) return "Stopped";
  if (cutBy !== undefined && runs.some(({ status }) => status === "Cancelled")) return "Cancelled";
  const furthest = runs.at(-1);
  if (furthest?.status === "Failed") return "Failed";
  const done = furthest?.status === "Succeeded" || furthest?.status === "Skipped";
  if (done && (execution.type === "ROLLBACK" || furthest.stage === lastStage)) return "Succeeded";
  return "InProgress";
}

export function lastStageOf({ stages }: Definition): string {
  return stages.at(-1)?.name ?? "";
}
