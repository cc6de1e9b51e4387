import { sql } from "kysely";
import type { Store } from "../../src/core/store/store.ts";

const CHUNK = 50_000;

/** Inserts executions that ended long ago, with one action each, in equal shares for every pipeline (SQLite). */
export async function insertPastExecutions(store: Store, count: number): Promise<void> {
  const pipelines = await store.read.selectFrom("pipeline").select("id").orderBy("id").execute();
  await store.transaction((tx) =>
    sql`create temp table one (number integer primary key, pipeline_id text)`.execute(tx),
  );
  for (const [index, { id }] of pipelines.entries()) {
    await store.transaction((tx) => sql`insert into one values (${index}, ${id})`.execute(tx));
  }
  for (let first = 0; first < count; first += CHUNK) {
    const last = Math.min(first + CHUNK, count) - 1;
    const numbers = sql`with recursive past (number) as
      (select ${first} union all select number + 1 from past where number < ${last})`;
    const joined = sql`from past join one on one.number = past.number % ${pipelines.length}`;
    await store.transaction(async (tx) => {
      await sql`insert into execution
        (id, pipeline_id, seq, version, mode, type, status, live, contending, started, updated, state)
        ${numbers} select 'past-execution-of-a-pipeline-' || past.number, pipeline_id, -1 - past.number, 1,
          'SUPERSEDED', 'STANDARD', 'Succeeded', 0, 0, past.number, past.number, ${"{}".padEnd(1_000)}
        ${joined}`.execute(tx);
      await sql`insert into action_execution
        (id, pipeline_id, execution_id, version, stage, action, attempt, status, started, updated, input, output)
        ${numbers} select 'past-action-of-an-execution-' || past.number, pipeline_id,
          'past-execution-of-a-pipeline-' || past.number, 1, 'stage-0', 'action-0', 1, 'Succeeded',
          past.number, past.number, ${"{}".padEnd(300)}, '{}'
        ${joined}`.execute(tx);
      await sql`insert into past_action (pipeline_id, started, attempt, id)
        ${numbers} select pipeline_id, past.number, 1, 'past-action-of-an-execution-' || past.number
        ${joined}`.execute(tx);
    });
  }
}
