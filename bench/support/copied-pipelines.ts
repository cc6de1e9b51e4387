import { sql } from "kysely";
import type { Store } from "../../src/core/store/store.ts";

/** Makes so many pipelines like the one of that name, in another region, behind the server's back (SQLite). */
export async function copyPipeline(store: Store, name: string, count: number, region: string): Promise<void> {
  await store.transaction(async (tx) => {
    const numbers = sql`with recursive copy (number) as
      (select 1 union all select number + 1 from copy where number < ${count})`;
    const id = sql`${region} || '-' || number`;
    await sql`insert into pipeline (id, account, region, name, version, created, updated, state)
      ${numbers} select ${id}, account, ${region}, name || '-' || number, version, created, updated, state
      from copy join pipeline on name = ${name}`.execute(tx);
    await sql`insert into pipeline_version (pipeline_id, version, declaration, definition)
      ${numbers} select ${id}, v.version, v.declaration, v.definition from copy
      join pipeline p on p.name = ${name} join pipeline_version v on v.pipeline_id = p.id`.execute(tx);
  });
}

/** Makes so many action executions of the pipeline like the one that it has, a millisecond apart (SQLite). */
export async function copyActionExecutions(store: Store, pipelineName: string, count: number): Promise<void> {
  await store.transaction((tx) =>
    sql`insert into action_execution
      (id, pipeline_id, execution_id, version, stage, action, attempt, status, started, updated, input, output)
      with recursive copy (number) as (select 1 union all select number + 1 from copy where number < ${count})
      select a.id || '-' || number, a.pipeline_id, a.execution_id, a.version, a.stage, a.action, a.attempt + number,
        'Succeeded', a.started - number, a.updated, a.input, a.output
      from copy join pipeline p on p.name = ${pipelineName} join action_execution a on a.pipeline_id = p.id`.execute(
      tx,
    ),
  );
}
