/** Client request tokens of starts: one execution each, for as long as the pipeline lives (E1.8). */
import type { Reader, Tx } from "./store.ts";
import type { StartTokenRow } from "./tables/pipelines.ts";

/** The execution that the token started. */
export async function executionOfToken(
  db: Reader,
  pipelineId: string,
  token: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("start_token")
    .select("execution_id")
    .where("pipeline_id", "=", pipelineId)
    .where("token", "=", token)
    .executeTakeFirst();
  return row?.execution_id;
}

export async function keepToken(tx: Tx, row: StartTokenRow): Promise<void> {
  await tx.insertInto("start_token").values(row).execute();
}
