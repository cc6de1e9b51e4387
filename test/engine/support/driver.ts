/** What scenarios say to a pipeline, and what they ask of it, in the words of semantics.md. */
import type {
  ActionError,
  Command,
  ConditionKind,
  Refusal,
  RequestedCopy,
  SourceRevision,
} from "../../../src/core/engine/index.ts";
import { definition, type Options } from "./definitions.ts";
import { type KeptJob, TestPipeline } from "./pipeline.ts";

export class Driver extends TestPipeline {
  /** Execution ids in order of creation: `e(1)` is the first. */
  readonly ids: string[] = [];
  readonly #stages: Readonly<Record<string, string>>;

  constructor(stages: Readonly<Record<string, string>>, options: Options = {}) {
    super(definition(stages, options));
    this.#stages = stages;
  }

  /** Executions that others started are counted too. */
  override decide(command: Command) {
    const decision = super.decide(command);
    if (decision.kind === "done") {
      for (const { id } of decision.executions) if (!this.ids.includes(id)) this.ids.push(id);
    }
    return decision;
  }

  start(
    options: {
      variables?: Record<string, string>;
      revisions?: Record<string, SourceRevision>;
      push?: true;
    } = {},
  ): string {
    const id = this.run({
      type: "start",
      trigger: { type: "StartPipelineExecution", detail: "me" },
      variables: options.variables ?? {},
      revisions: options.revisions ?? {},
      origin: options.push ? "trigger" : "caller",
    });
    return id;
  }

  e(n: number): string {
    return this.ids[n - 1]!;
  }

  /** Where execution n is: `e1@B`, `e1>D`, or its status. */
  at(n: number): string {
    const execution = this.executions.get(this.e(n))!;
    if (execution.status !== "InProgress" && execution.status !== "Stopping") return execution.status;
    if (execution.waitingBefore) return `>${execution.waitingBefore.stage}`;
    const [stage] = Object.entries(execution.runs).find(([, run]) => /InProgress|Stopping/.test(run.status))!;
    return `@${stage}`;
  }

  /** The open job of an action, of execution n where several have one. */
  job(action: string, n?: number): KeptJob {
    const open = [...this.jobs.values()].filter(
      (job) =>
        job.state === "open" && job.action === action && (n === undefined || job.executionId === this.e(n)),
    );
    if (open.length !== 1) throw new Error(`${open.length} open jobs of ${action}`);
    return open[0]!;
  }

  ok(action: string, n?: number, variables: Record<string, string> = {}): KeptJob {
    const job = this.job(action, n);
    this.run(this.success(job, variables));
    return job;
  }

  fail(action: string, n?: number, error: ActionError = { code: "JobFailed", message: "no" }): KeptJob {
    const job = this.job(action, n);
    this.run({ type: "jobFailed", ...reportOf(job), error });
    return job;
  }

  /** Copies of an action or rule that are outstanding, in the order in which they were asked for. */
  copiesOf(action: string): RequestedCopy[] {
    return [...this.copies.values()].filter((copy) => copy.action === action);
  }

  success(job: KeptJob, variables: Record<string, string> = {}): Command {
    return { type: "jobSucceeded", ...reportOf(job), details: {}, variables };
  }

  /** The id of the open approval, which is its token. */
  token(stage: string, action: string, n: number): string {
    return this.executions.get(this.e(n))!.runs[stage]!.actions[action]!.id;
  }

  answer(
    stage: string,
    action: string,
    n: number,
    status: "Approved" | "Rejected",
    token = this.token(stage, action, n),
    summary = "",
  ): Command {
    return {
      type: "answerApproval",
      stage,
      action,
      token,
      executionId: this.e(n),
      status,
      summary,
      by: "boss",
    };
  }

  approve(stage: string, action: string, n: number): void {
    this.run(this.answer(stage, action, n, "Approved"));
  }

  stopping(n: number, abandon = false): Command {
    return { type: "stop", executionId: this.e(n), abandon };
  }

  retrying(stage: string, n: number, mode: "FAILED_ACTIONS" | "ALL_ACTIONS" = "FAILED_ACTIONS"): Command {
    return { type: "retryStage", executionId: this.e(n), stage, mode };
  }

  rollingBack(stage: string, n: number): Command {
    const trigger = { type: "ManualRollback", detail: '{"AwsUserArn":"me"}' };
    return { type: "rollbackStage", stage, targetId: this.e(n), trigger };
  }

  rollBack(stage: string, n: number): string {
    return this.run(this.rollingBack(stage, n));
  }

  overriding(stage: string, n: number, condition: "BEFORE_ENTRY" | "ON_SUCCESS"): Command {
    return { type: "overrideCondition", executionId: this.e(n), stage, condition };
  }

  condition(stage: string, n: number, kind: ConditionKind) {
    return this.executions.get(this.e(n))!.runs[stage]?.conditions?.[kind];
  }

  /** Statuses of a condition and its rules, in order: `Failed (Failed, Abandoned)`. */
  verdict(stage: string, n: number, kind: ConditionKind): string | undefined {
    const condition = this.condition(stage, n, kind);
    if (condition === undefined) return undefined;
    return `${condition.status} (${Object.values(condition.rules)
      .map(({ status }) => status)
      .join(", ")})`;
  }

  transition(stage: string, enabled: boolean, direction: "Inbound" | "Outbound" = "Inbound"): void {
    this.run({
      type: "setTransition",
      stage,
      direction,
      enabled,
      by: "me",
      ...(!enabled && { reason: "why" }),
    });
  }

  /** A new version with the same stages, or others. */
  update(stages = this.#stages, options: Options = {}): number {
    const version = this.state.currentVersion + 1;
    const mode = this.definitions.get(version - 1)!.mode;
    this.definitions.set(version, definition(stages, { mode, ...options, version }));
    this.run({ type: "update", version });
    return version;
  }

  /** A new version in another mode, with the first version's stages, or all of them but one. */
  renew(mode: Options["mode"], without?: string): void {
    const version = this.state.currentVersion + 1;
    const first = this.definitions.get(1)!;
    const stages = first.stages.filter(({ name }) => name !== without);
    this.definitions.set(version, { ...first, version, mode: mode!, stages });
    this.decide({ type: "update", version });
  }

  /** Fires the timers that are due, in order of due time, then id (E10.2). */
  fireDue(): void {
    const due = [...this.timers.values()].filter((timer) => timer.due <= this.now);
    for (const timer of due.sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1))) {
      if (this.timers.has(timer.id)) this.run({ type: "timerFired", timer });
    }
  }

  runStatus(stage: string, n: number): string | undefined {
    return this.executions.get(this.e(n))!.runs[stage]?.status;
  }

  actionStatus(stage: string, action: string, n: number): string | undefined {
    return this.executions.get(this.e(n))!.runs[stage]?.actions[action]?.status;
  }

  code(refusal: Refusal): string {
    return refusal.code;
  }

  /** Level, state and, for stages and actions, name of each event. */
  story(): string[] {
    return this.events.map(({ level, stage, action, state }) =>
      [level, action ?? stage, state].filter(Boolean).join(" "),
    );
  }
}

export function copied(copy: RequestedCopy): Command {
  return { type: "copyDone", ...copyReportOf(copy) };
}

export function notCopied(copy: RequestedCopy): Command {
  return { type: "copyFailed", ...copyReportOf(copy), message: "no such object" };
}

function copyReportOf({ executionId, stage, action, actionExecutionId, id }: RequestedCopy) {
  return { executionId, stage, action, actionExecutionId, copyId: id };
}

export function reportOf({ executionId, stage, action, actionExecutionId, id }: KeptJob) {
  return { executionId, stage, action, actionExecutionId, jobId: id };
}
