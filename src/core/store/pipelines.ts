/** The pipeline's own row, which every command on it takes first, and its versions. */
import type { Scope } from "../scope.ts";
import { holding } from "./row-lock.ts";
import { insertInto, single, writing } from "./statement.ts";
import type { Reader, Soon, Tx } from "./store.ts";
import type { PipelineRow, PipelineVersionRow } from "./tables/pipelines.ts";

/** What commands need of the row that they take. */
export type TakenPipeline = Pick<PipelineRow, "id" | "account" | "region" | "name" | "state" | "command">;

const selectPipeline = single<{ id: string }, PipelineRow>((db, given) =>
  holding(db, db.selectFrom("pipeline").selectAll().where("id", "=", given.id)),
);

const selectPipelineOfJob = single<{ jobId: string }, PipelineRow>((db, given) =>
  holding(
    db,
    db
      .selectFrom("pipeline")
      .selectAll()
      .where("id", "=", (eb) => eb.selectFrom("job").select("pipeline_id").where("id", "=", given.jobId)),
  ),
);

const selectPipelineNamed = single<Scope & { name: string }, PipelineRow>((db, given) =>
  holding(
    db,
    db
      .selectFrom("pipeline")
      .selectAll()
      .where("account", "=", given.account)
      .where("region", "=", given.region)
      .where("name", "=", given.name),
  ),
);

/** Takes a pipeline for this transaction: commands on it come one after the other. */
export function takePipeline(tx: Tx, id: string): Soon<PipelineRow | undefined> {
  return selectPipeline(tx, { id });
}

/** Takes the pipeline that a job works for; undefined when it was deleted. */
export function takePipelineOfJob(tx: Tx, jobId: string): Soon<PipelineRow | undefined> {
  return selectPipelineOfJob(tx, { jobId });
}

export function takePipelineNamed(tx: Tx, scope: Scope, name: string): Soon<PipelineRow | undefined> {
  return selectPipelineNamed(tx, { ...scope, name });
}

type StateChange = Pick<PipelineRow, "id" | "state" | "command">;

export const savePipelineState = writing<StateChange>((db, given) =>
  db.updateTable("pipeline").set({ state: given.state, command: given.command }).where("id", "=", given.id),
);

/** @returns false when the name is taken */
export async function insertPipeline(tx: Tx, row: PipelineRow): Promise<boolean> {
  const result = await tx
    .insertInto("pipeline")
    .values(row)
    .onConflict((conflict) => conflict.columns(["account", "region", "name"]).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function countPipelines(db: Reader, scope: Scope): Promise<number> {
  const row = await db
    .selectFrom("pipeline")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", scope.account)
    .where("region", "=", scope.region)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function setCurrentVersion(tx: Tx, id: string, version: number, at: number): Promise<void> {
  await tx.updateTable("pipeline").set({ version, updated: at }).where("id", "=", id).execute();
}

export const insertPipelineVersions = insertInto("pipeline_version");

const selectVersion = single<{ pipelineId: string; version: number }, PipelineVersionRow>((db, given) =>
  db
    .selectFrom("pipeline_version")
    .selectAll()
    .where("pipeline_id", "=", given.pipelineId)
    .where("version", "=", given.version),
);

export function findPipelineVersion(
  db: Reader,
  pipelineId: string,
  version: number,
): Soon<PipelineVersionRow | undefined> {
  return selectVersion(db, { pipelineId, version });
}
