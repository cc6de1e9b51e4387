/** One request on its way to the server, which may die under it. */
import { PipelineMissingError, RefusedError } from "../../src/core/commands/types.ts";
import { JobError } from "../../src/core/jobs/types.ts";
import { arm, CrashError, type Fault, revive } from "../faults.ts";
import type { System } from "../system.ts";
import { Difference } from "./difference.ts";

export interface Delivered<T> {
  /** Undefined where the fault came first. */
  readonly answer: T | undefined;
  /** The code of the refusal. */
  readonly refused: string | undefined;
  readonly failed: boolean;
  /** How many transactions were committed, whether or not they were answered. */
  readonly committed: number;
}

export async function deliver<T>(
  system: System,
  fault: Fault | undefined,
  request: () => Promise<T>,
): Promise<Delivered<T>> {
  revive();
  if (fault !== undefined) arm(fault);
  let answer: T | undefined;
  let refused: string | undefined;
  let failed = false;
  try {
    answer = await request();
  } catch (error) {
    refused = refusalOf(error);
    failed = isCrash(error);
    if (refused === undefined && !failed) throw error;
  }
  const { died, committed } = revive();
  if (died) system.restart();
  if (refused === undefined) system.heeded += 1;
  // Whoever lives on to say that it failed has committed nothing.
  return died || failed
    ? { answer: undefined, refused: undefined, failed: true, committed: died ? committed : 0 }
    : { answer, refused, failed, committed };
}

function refusalOf(error: unknown): string | undefined {
  if (error instanceof RefusedError) return error.refusal.code;
  if (error instanceof JobError) return error.code;
  if (error instanceof PipelineMissingError) return "PipelineNotFound";
  return undefined;
}

function isCrash(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isCrash);
  return error instanceof CrashError;
}

/**
 * A command of one transaction, told to the model too if it counts: because it was answered, or because it was committed
 * before the fault struck.
 *
 * @param model does the same and answers why it is refused
 */
export async function command<T>(
  system: System,
  fault: Fault | undefined,
  what: string,
  request: () => Promise<T>,
  model: () => string | undefined,
): Promise<T | undefined> {
  const { answer, refused, failed, committed } = await deliver(system, fault, request);
  if (failed && committed === 0) return undefined;
  const expected = model();
  if (!failed && refused !== expected)
    throw new Difference(`answer to ${what}`, refused ?? "done", expected ?? "done");
  return answer;
}
