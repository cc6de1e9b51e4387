/** Pipelines whose polling has stopped because nothing ran for long (S5.8). */
import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import { statement } from "./statement.ts";
import type { Database, Reader } from "./store.ts";
import type { PipelineRow } from "./tables/pipelines.ts";

/** Without an execution for so long, after it was updated last, a pipeline isn't polled for any more. */
export const IDLE_MS = 30 * 24 * 60 * 60_000;

type Of = { readonly pipeline: string };

const latestStart = statement<Of, { readonly started: number }>((db, { pipeline }) =>
  db
    .selectFrom("execution")
    .select("started")
    .where("pipeline_id", "=", pipeline)
    .orderBy("seq", "desc")
    .limit(1),
);

const polledActions = statement<Of, { readonly action: string }>((db, { pipeline }) =>
  db
    .selectFrom("source_binding")
    .select("action")
    .where("pipeline_id", "=", pipeline)
    .where("polls", "=", 1)
    .limit(1),
);

/** When polling of a pipeline that polls stopped; undefined while it goes on. Asks nothing of most pipelines. */
export async function idleSince(
  db: Reader,
  { id, updated }: Pick<PipelineRow, "id" | "updated">,
  now: number,
): Promise<number | undefined> {
  if (now < updated + IDLE_MS) return undefined;
  const [latest] = await latestStart(db, { pipeline: id });
  const since = Math.max(updated, latest?.started ?? updated) + IDLE_MS;
  return now < since ? undefined : since;
}

/** The same for any pipeline: undefined, too, when none of its sources polls. */
export async function pollingDisabledAt(
  db: Reader,
  pipeline: Pick<PipelineRow, "id" | "updated">,
  now: number,
): Promise<number | undefined> {
  const since = await idleSince(db, pipeline, now);
  if (since === undefined) return undefined;
  const polled = await polledActions(db, { pipeline: pipeline.id });
  return polled.length === 0 ? undefined : since;
}

/** For queries that join `pipeline`: those that polling goes on for. */
export function isAwake(eb: ExpressionBuilder<Database, "pipeline">, now: number): Expression<SqlBool> {
  const latest = eb
    .selectFrom("execution")
    .select("execution.started")
    .whereRef("execution.pipeline_id", "=", "pipeline.id")
    .orderBy("execution.seq", "desc")
    .limit(1);
  return eb.or([eb("pipeline.updated", ">", now - IDLE_MS), eb(latest, ">", now - IDLE_MS)]);
}
