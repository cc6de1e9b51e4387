/** Which pipelines a change in a source starts. */
import { insertInto } from "./statement.ts";
import type { Tx } from "./store.ts";
import type { SourceBindingRow } from "./tables/pipelines.ts";

const insert = insertInto("source_binding");

/** The bindings of the pipeline's version that has just become current. */
export async function replaceBindings(
  tx: Tx,
  pipelineId: string,
  rows: readonly SourceBindingRow[],
): Promise<void> {
  await tx.deleteFrom("source_binding").where("pipeline_id", "=", pipelineId).execute();
  await insert(tx, rows);
  // What it polls is looked at again at once, however long failed polls had put that off (S5.4, S5.6).
  await tx.updateTable("source_poll").set({ due: 0 }).where("pipeline_id", "=", pipelineId).execute();
}
