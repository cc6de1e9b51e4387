/** One request on its way to the server, which may die under it. */
import { PipelineMissingError, RefusedError } from "../../src/core/commands/types.ts";
import { JobError } from "../../src/core/jobs/types.ts";
import { CrashError, dieAt, revive } from "../faults.ts";
import type { System } from "../system.ts";
import { Difference } from "./compare.ts";

export interface Delivered<T> {
  /** Undefined where the server died before it answered. */
  readonly answer: T | undefined;
  /** The code of the refusal. */
  readonly refused: string | undefined;
  readonly died: boolean;
  /** How many transactions were committed, whether or not they were answered. */
  readonly committed: number;
}

/** @param dies the statement at which the server dies, if it does */
export async function deliver<T>(
  system: System,
  dies: number | undefined,
  request: () => Promise<T>,
): Promise<Delivered<T>> {
  revive();
  if (dies !== undefined) dieAt(dies);
  let answer: T | undefined;
  let refused: string | undefined;
  try {
    answer = await request();
  } catch (error) {
    refused = refusalOf(error);
    if (refused === undefined && !isCrash(error)) throw error;
  }
  const { died, committed } = revive();
  if (died) system.restart();
  return { answer: died ? undefined : answer, refused: died ? undefined : refused, died, committed };
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
 * before the server died.
 *
 * @param model does the same and answers why it is refused
 */
export async function command<T>(
  system: System,
  dies: number | undefined,
  what: string,
  request: () => Promise<T>,
  model: () => string | undefined,
): Promise<T | undefined> {
  const { answer, refused, died, committed } = await deliver(system, dies, request);
  if (died && committed === 0) return undefined;
  const expected = model();
  if (!died && refused !== expected)
    throw new Difference(`answer to ${what}`, refused ?? "done", expected ?? "done");
  return answer;
}
