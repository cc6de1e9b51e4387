/** A pipeline in memory: applies what the engine decides, and keeps jobs, timers, history and events like the store. */
import {
  type ActionChange,
  type Command,
  type Decision,
  type Definition,
  decide,
  type Env,
  type ExecutionState,
  type NewJob,
  newPipelineState,
  type PipelineState,
  type Refusal,
  type RequestedCopy,
  type RuleChange,
  type StartedAction,
  type StartedRule,
  type StateChange,
  type Timer,
  type World,
} from "../../../src/core/engine/index.ts";

export const T0 = Date.UTC(2026, 0, 5, 10);
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export type KeptJob = NewJob & { state: "open" | "ended" };
export type HistoryRow = StartedAction & { end?: ActionChange };
export type RuleRow = StartedRule & { end?: RuleChange };

/** A command that a pipeline was given, what it made with it, and what became of it. */
export interface Happening {
  readonly now: number;
  readonly limit: number;
  readonly command: Command;
  readonly decision: Decision;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
}

let kept: TestPipeline[] | undefined;
let count = 0;

/** @returns the pipelines that are made from now on, for those who want to see them again on the real store */
export function keepMade(): TestPipeline[] {
  kept = [];
  return kept;
}

export class TestPipeline {
  now = T0;
  state: PipelineState;
  limit = 50;
  readonly definitions = new Map<number, Definition>();
  readonly executions = new Map<string, ExecutionState>();
  readonly jobs = new Map<string, KeptJob>();
  readonly timers = new Map<string, Timer>();
  readonly history = new Map<string, HistoryRow>();
  readonly rules = new Map<string, RuleRow>();
  readonly happened: Happening[] = [];
  readonly events: StateChange[] = [];
  /** Those that are outstanding. */
  readonly copies = new Map<string, RequestedCopy>();
  /** All that were ever asked for, by the key of the copy. */
  readonly everCopied = new Map<string, RequestedCopy>();
  /** Those that were reported done, by the key of the copy. */
  readonly copied = new Map<string, RequestedCopy>();
  readonly missingTypes = new Set<string>();
  readonly #number = String(++count).padStart(8, "0");
  #ids = 0;

  constructor(definition: Definition) {
    this.definitions.set(definition.version, definition);
    this.state = newPipelineState(definition, this.now);
    kept?.push(this);
  }

  get env(): Env {
    return {
      now: this.now,
      newId: () => `${this.#number}-0000-4000-8000-${String(++this.#ids).padStart(12, "0")}`,
      newKey: () => String(++this.#ids).padStart(7, "0"),
      limits: { concurrentExecutions: this.limit },
      actionTypeExists: ({ provider }) => !this.missingTypes.has(provider),
    };
  }

  get world(): World {
    const live = [...this.executions.values()].filter(
      ({ status, mode, type }) =>
        (status === "InProgress" || status === "Stopping") && mode !== "SUPERSEDED" && type === "STANDARD",
    );
    return {
      pipeline: this.state,
      definitions: this.definitions,
      executions: this.executions,
      liveCount: live.length,
    };
  }

  /** Applies a command, and fails the test when it is refused. */
  run(command: Command): string {
    const decision = this.decide(command);
    if (decision.kind === "refused") throw new Error(`refused: ${JSON.stringify(decision.refusal)}`);
    return decision.answer.executionId ?? "";
  }

  /** The refusal of a command that must be refused. */
  refusal(command: Command): Refusal {
    const decision = this.decide(command);
    if (decision.kind === "done") throw new Error(`${command.type} was done`);
    return decision.refusal;
  }

  decide(command: Command): Decision {
    const { env, now, limit } = this;
    const ids: string[] = [];
    const keys: string[] = [];
    const keep = (list: string[], make: () => string) => () => {
      const one = make();
      list.push(one);
      return one;
    };
    const recording = { ...env, newId: keep(ids, env.newId), newKey: keep(keys, env.newKey) };
    const decision = decide(this.world, command, recording);
    this.happened.push({ now, limit, command, decision, ids, keys });
    if (decision.kind === "done") this.#apply(command, decision);
    return decision;
  }

  #apply(command: Command, decision: Extract<Decision, { kind: "done" }>): void {
    this.state = decision.pipeline;
    for (const execution of decision.executions) this.executions.set(execution.id, execution);
    if (command.type === "jobSucceeded" || command.type === "jobContinued" || command.type === "jobFailed") {
      this.#endJob(command.jobId);
    }
    if (command.type === "timerFired" && this.now >= command.timer.due) this.timers.delete(command.timer.id);
    if (command.type === "copyDone" || command.type === "copyFailed") this.#endCopy(command);
    for (const effect of decision.effects) {
      switch (effect.type) {
        case "actionStarted":
          this.history.set(effect.action.actionExecutionId, effect.action);
          break;
        case "actionChanged": {
          const row = this.history.get(effect.actionExecutionId)!;
          this.history.set(effect.actionExecutionId, { ...row, end: { ...row.end, ...effect.change } });
          break;
        }
        case "ruleStarted":
          this.rules.set(effect.rule.ruleExecutionId, effect.rule);
          break;
        case "ruleChanged": {
          const row = this.rules.get(effect.ruleExecutionId)!;
          this.rules.set(effect.ruleExecutionId, { ...row, end: { ...row.end, ...effect.change } });
          break;
        }
        case "jobCreated":
          this.jobs.set(effect.job.id, { ...effect.job, state: "open" });
          break;
        case "jobEnded":
          this.#endJob(effect.jobId);
          break;
        case "jobReleased":
          this.jobs.set(effect.jobId, { ...this.jobs.get(effect.jobId)!, status: "Queued" });
          break;
        case "timerSet":
          this.timers.set(effect.timer.id, effect.timer);
          break;
        case "timerCancelled":
          this.timers.delete(effect.timerId);
          break;
        case "copyRequested":
          this.copies.set(effect.copy.id, effect.copy);
          this.everCopied.set(effect.copy.to.key, effect.copy);
          break;
        case "copyCancelled":
          this.copies.delete(effect.copyId);
          break;
        case "approvalOpened":
          break;
        case "event":
          this.events.push(effect.event);
          break;
      }
    }
  }

  #endCopy({ type, copyId }: { type: "copyDone" | "copyFailed"; copyId: string }): void {
    const copy = this.copies.get(copyId);
    this.copies.delete(copyId);
    if (type === "copyDone" && copy !== undefined) this.copied.set(copy.to.key, copy);
  }

  #endJob(id: string): void {
    this.jobs.set(id, { ...this.jobs.get(id)!, state: "ended" });
  }
}
