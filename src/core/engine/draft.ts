/**
 * What a command has changed so far. The world itself is never touched: a part is replaced by a changed copy here, so
 * a refused command leaves nothing behind.
 */
import type { Env, World } from "./command.ts";
import type { ActionDefinition, Definition, StageDefinition } from "./definition.ts";
import type { Effect } from "./effect.ts";
import { own } from "./records.ts";
import type { ExecutionState, PipelineState, StageRun, StageState } from "./state.ts";

export class Draft {
  readonly env: Env;
  readonly effects: Effect[] = [];
  /** Who finished the stage before, or has just started: taken up when the command settles. */
  readonly arrivals: { readonly executionId: string; readonly stage: string }[] = [];
  /** Stages to roll back for a failure, and to what: before anybody else enters (E8.4). */
  readonly rollbacks: { readonly stage: string; readonly targetId: string; readonly failedId: string }[] = [];
  pipeline: PipelineState;
  readonly #world: World;
  readonly #changed = new Map<string, ExecutionState>();

  constructor(world: World, env: Env) {
    this.env = env;
    this.#world = world;
    this.pipeline = world.pipeline;
  }

  get current(): Definition {
    return this.definition(this.pipeline.currentVersion);
  }

  definition(version: number): Definition {
    const definition = this.#world.definitions.get(version);
    if (definition === undefined) throw new Error(`the world lacks definition ${version}`);
    return definition;
  }

  get liveCount(): number {
    return this.#world.liveCount;
  }

  find(executionId: string): ExecutionState | undefined {
    return this.#changed.get(executionId) ?? this.#world.executions.get(executionId);
  }

  execution(executionId: string): ExecutionState {
    const execution = this.find(executionId);
    if (execution === undefined) throw new Error(`the world lacks execution ${executionId}`);
    return execution;
  }

  /** Every execution of the world, as it is now. */
  executions(): ExecutionState[] {
    const ids = new Set([...this.#world.executions.keys(), ...this.#changed.keys()]);
    return [...ids].map((id) => this.execution(id));
  }

  changed(): ExecutionState[] {
    return [...this.#changed.values()];
  }

  save(execution: ExecutionState, change: Partial<ExecutionState> = {}): ExecutionState {
    const saved = { ...execution, ...change, updatedAt: this.env.now };
    this.#changed.set(saved.id, saved);
    return saved;
  }

  run(executionId: string, stage: string): StageRun {
    const run = own(this.execution(executionId).runs, stage);
    if (run === undefined) throw new Error(`execution ${executionId} has no run of stage ${stage}`);
    return run;
  }

  saveRun(executionId: string, stage: string, change: Partial<StageRun>): void {
    const execution = this.execution(executionId);
    const run = { ...this.run(executionId, stage), ...change };
    this.save(execution, { runs: { ...execution.runs, [stage]: run } });
  }

  /** Undefined for a stage that the current version doesn't have and nobody is in. */
  stage(name: string): StageState | undefined {
    return own(this.pipeline.stages, name);
  }

  saveStage(name: string, change: Partial<StageState>): void {
    const stage = this.stage(name);
    if (stage === undefined) return;
    const stages = { ...this.pipeline.stages, [name]: { ...stage, ...change } };
    this.pipeline = { ...this.pipeline, stages };
  }
}

/** The stages of the version that an execution runs. */
export function stagesOf(draft: Draft, execution: ExecutionState): readonly StageDefinition[] {
  return draft.definition(execution.version).stages;
}

/** @throws Error for a stage that the execution's version doesn't have */
export function stageOf(draft: Draft, execution: ExecutionState, stage: string): StageDefinition {
  const found = stagesOf(draft, execution).find(({ name }) => name === stage);
  if (found === undefined) throw new Error(`version ${execution.version} has no stage ${stage}`);
  return found;
}

/** @throws Error for a stage that the execution's version doesn't have */
export function actionsOf(
  draft: Draft,
  execution: ExecutionState,
  stage: string,
): readonly ActionDefinition[] {
  return stageOf(draft, execution, stage).actions;
}

export function isLive({ status }: ExecutionState): boolean {
  return status === "InProgress" || status === "Stopping";
}

/** The stage that the execution is in now; undefined where it waits or has ended. */
export function activeStage(execution: ExecutionState): string | undefined {
  const active = Object.entries(execution.runs).find(
    ([, { status }]) => status === "InProgress" || status === "Stopping",
  );
  return active?.[0];
}

/** Names of the actions in progress. */
export function inProgress({ actions }: StageRun): string[] {
  return Object.keys(actions).filter((name) => own(actions, name)?.status === "InProgress");
}
