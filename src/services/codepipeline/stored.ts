/** What an operation needs of the store before it answers, or the error for its absence. */
import type { ExecutionState, PipelineState } from "../../core/engine/index.ts";
import { findExecution } from "../../core/store/queries/executions.ts";
import { findDeclaration, findPipeline } from "../../core/store/queries/pipelines.ts";
import type { ExecutionRow, PipelineRow } from "../../core/store/tables/pipelines.ts";
import type { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { type Declaration, storedDeclaration } from "./declaration.ts";
import { executionNotFound, pipelineNotFound } from "./errors.ts";

/** History reaches back 12 months by start time (api.md §3). */
const HISTORY = 365 * 24 * 60 * 60 * 1000;

/** @throws PipelineNotFoundException, in the words of `notFound` */
export async function requirePipeline(
  call: Call,
  name: string,
  notFound: (call: Call, name: string) => AwsError = pipelineNotFound,
): Promise<PipelineRow> {
  const row = await findPipeline(call.core.store.read, call.scope, name);
  if (row === undefined) throw notFound(call, name);
  return row;
}

/** The current declaration, secrets sealed. @throws PipelineNotFoundException when it was deleted meanwhile */
export async function requireDeclaration(
  call: Pick<Call, "core" | "scope">,
  pipeline: Pick<PipelineRow, "id" | "name" | "version">,
): Promise<Declaration> {
  const json = await findDeclaration(call.core.store.read, pipeline.id, pipeline.version);
  if (json === undefined) throw pipelineNotFound(call, pipeline.name);
  return parseDeclaration(json);
}

/** @throws PipelineExecutionNotFoundException: unknown, of another pipeline or life, or too old */
export async function requireExecution(call: Call, pipeline: PipelineRow, id: string): Promise<ExecutionRow> {
  const row = await findExecution(call.core.store.read, pipeline.id, id);
  if (row === undefined || row.started < historySince(call)) throw executionNotFound(call, pipeline.name, id);
  return row;
}

export function parseDeclaration(json: string): Declaration {
  return storedDeclaration(JSON.parse(json) as Record<string, unknown>);
}

export function executionState(row: ExecutionRow): ExecutionState {
  return JSON.parse(row.state) as ExecutionState;
}

export function pipelineState(row: PipelineRow): PipelineState {
  return JSON.parse(row.state) as PipelineState;
}

/** Start of the earliest execution that is still told of, in epoch milliseconds. */
export function historySince(call: Call): number {
  return call.now - HISTORY;
}
