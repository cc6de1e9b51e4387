/** What every command works with. */
import type { Catalogue } from "../catalogue.ts";
import type { ExecutionState, PipelineState } from "../engine/index.ts";
import type { Ambient } from "../scope.ts";
import type { Definitions } from "./definitions.ts";
import type { ParsedStates } from "./parsed-states.ts";

export interface Room {
  readonly ambient: Ambient;
  readonly catalogue: Catalogue;
  readonly definitions: Definitions;
  readonly pipelineStates: ParsedStates<PipelineState>;
  readonly executionStates: ParsedStates<ExecutionState>;
  readonly maxConcurrentExecutions: number;
  /** Of an account and region (api.md §8). */
  readonly maxPipelines: number;
  /** Tells every server that what this topic stands for was committed. */
  announce(topic: string): void;
  /** A timer was set that is due then, in epoch milliseconds. */
  timerSet(due: number): void;
}
