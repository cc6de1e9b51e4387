/** Which revisions of its sources a pipeline has used: one row each, whatever the number of executions. */
import { single, writing } from "./statement.ts";
import type { Reader } from "./store.ts";
import type { UsedRevisionRow } from "./tables/pipelines.ts";

export type RevisionKey = Omit<UsedRevisionRow, "execution_id">;

const select = single<RevisionKey, Pick<UsedRevisionRow, "execution_id">>((db, given) =>
  db
    .selectFrom("used_revision")
    .select("execution_id")
    .where("pipeline_id", "=", given.pipeline_id)
    .where("action", "=", given.action)
    .where("revision", "=", given.revision)
    .where("change_id", "=", given.change_id),
);

/** The latest execution that used the revision. */
export async function executionOfRevision(db: Reader, key: RevisionKey): Promise<string | undefined> {
  return (await select(db, key))?.execution_id;
}

/** Whether the action has delivered the revision, or was bound to it, in whichever change. */
export async function revisionWasUsed(
  db: Reader,
  pipelineId: string,
  action: string,
  revision: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("used_revision")
    .select("execution_id")
    .where("pipeline_id", "=", pipelineId)
    .where("action", "=", action)
    .where("revision", "=", revision)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export const keepUsedRevision = writing<UsedRevisionRow>((db, given) =>
  db
    .insertInto("used_revision")
    .values({
      pipeline_id: given.pipeline_id,
      action: given.action,
      revision: given.revision,
      change_id: given.change_id,
      execution_id: given.execution_id,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["pipeline_id", "action", "revision", "change_id"])
        .doUpdateSet({ execution_id: (eb) => eb.ref("excluded.execution_id") }),
    ),
);
