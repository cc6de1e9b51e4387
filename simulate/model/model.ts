/** One pipeline as the model sees it, and what can be said of it. */
import type { ActionDefinition, Definition, StageDefinition } from "../../src/core/engine/index.ts";
import { type Execution, type Flags, isMoving, lastStageOf, type Run, statusOf } from "./parts.ts";

export class Model {
  /** The clock, which may go back; no command of the pipeline sees it do so (E10.4). */
  clock: number;
  /** The latest time that the pipeline has seen. */
  seen: number;
  current: number;
  successes = 0;
  readonly limit: number;
  readonly definitions = new Map<number, Definition>();
  readonly flags = new Map<string, Flags>();
  /** Who entered last, by stage (E2.11). */
  readonly latest = new Map<string, Execution>();
  readonly executions: Execution[] = [];
  readonly arrivals: { readonly execution: Execution; readonly stage: string }[] = [];
  readonly events: string[] = [];

  constructor(definition: Definition, clock: number, limit: number) {
    this.clock = clock;
    this.seen = clock;
    this.limit = limit;
    this.current = definition.version;
    this.definitions.set(definition.version, definition);
    for (const { name } of definition.stages) this.flags.set(name, { inbound: true, outbound: true });
  }

  get now(): number {
    return Math.max(this.clock, this.seen);
  }

  get definition(): Definition {
    return this.definitionOf(this.current);
  }

  definitionOf(version: number): Definition {
    const definition = this.definitions.get(version);
    if (definition === undefined) throw new Error(`the model has no version ${version}`);
    return definition;
  }

  stagesOf({ version }: Execution): readonly StageDefinition[] {
    return this.definitionOf(version).stages;
  }

  stageOf(execution: Execution, name: string): StageDefinition {
    const stage = this.stagesOf(execution).find((one) => one.name === name);
    if (stage === undefined) throw new Error(`version ${execution.version} has no stage ${name}`);
    return stage;
  }

  actionOf(execution: Execution, stage: string, name: string): ActionDefinition {
    const action = this.stageOf(execution, stage).actions.find((one) => one.name === name);
    if (action === undefined) throw new Error(`stage ${stage} has no action ${name}`);
    return action;
  }

  has(stage: string): boolean {
    return this.definition.stages.some(({ name }) => name === stage);
  }

  status(execution: Execution): string {
    return statusOf(execution, lastStageOf(this.definitionOf(execution.version)));
  }

  isLive(execution: Execution): boolean {
    const status = this.status(execution);
    return status === "InProgress" || status === "Stopping";
  }

  /** E2.12 */
  get counted(): number {
    return this.executions.filter(
      (one) => one.type === "STANDARD" && one.mode !== "SUPERSEDED" && this.isLive(one),
    ).length;
  }

  /** The execution that is in the stage and locks it (E2.2). */
  holder(stage: string): Execution | undefined {
    return this.executions.find(
      (one) => one.mode !== "PARALLEL" && runOf(one, stage)?.status === "InProgress",
    );
  }

  waiting(stage: string): Execution[] {
    return this.executions.filter(({ waits }) => waits?.stage === stage);
  }

  isOutdated({ version }: Execution): boolean {
    return version !== this.current;
  }

  /** A new execution of the current version; its first event is told. */
  begin(
    type: Execution["type"],
    variables: Execution["variables"],
    target: Execution | undefined,
  ): Execution {
    const execution: Execution = {
      seq: this.executions.length + 1,
      version: this.current,
      mode: this.definition.mode,
      type,
      target,
      variables,
      attempt: 1,
      stop: undefined,
      cutBy: undefined,
      ended: undefined,
      summary: undefined,
      waits: undefined,
      runs: [],
    };
    this.executions.push(execution);
    this.tell(execution, "pipeline", "STARTED");
    return execution;
  }

  tell(execution: Execution, level: string, state: string): void {
    this.events.push(`${execution.seq} ${level} ${state}`);
  }
}

export function runOf({ runs }: Execution, stage: string): Run | undefined {
  return runs.find((run) => run.stage === stage);
}

export function isBusy(run: Run): boolean {
  return [...run.actions.values()].some(({ status }) => isMoving(status)) || isJudging(run);
}

/** Whether a condition of the run is being evaluated. */
export function isJudging({ conditions }: Run): boolean {
  return [...conditions.values()].some(({ status }) => isMoving(status));
}
