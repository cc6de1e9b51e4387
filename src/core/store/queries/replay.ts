import type { Reader } from "../store.ts";
import type { ExecutionRow, PipelineVersionRow } from "../tables/pipelines.ts";

export async function allVersions(
  db: Reader,
  pipelineId: string,
): Promise<Pick<PipelineVersionRow, "version" | "definition">[]> {
  return db
    .selectFrom("pipeline_version")
    .select(["version", "definition"])
    .where("pipeline_id", "=", pipelineId)
    .execute();
}

/** Every execution of a pipeline, newest first, read page by page. */
export async function* allExecutions(
  db: Reader,
  pipelineId: string,
  page: number,
): AsyncGenerator<Pick<ExecutionRow, "id" | "seq" | "state">> {
  let before = 2 ** 31 - 1;
  for (;;) {
    const rows = await db
      .selectFrom("execution")
      .select(["id", "seq", "state"])
      .where("pipeline_id", "=", pipelineId)
      .where("seq", "<", before)
      .orderBy("seq", "desc")
      .limit(page)
      .execute();
    yield* rows;
    if (rows.length < page) return;
    before = rows.at(-1)?.seq ?? 0;
  }
}
