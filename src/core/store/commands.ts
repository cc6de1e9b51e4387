/** The log of commands: written with what they did, read to work it out again. */
import { sql } from "kysely";
import { numbering } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { CommandRow } from "./tables/commands.ts";

type NewCommand = Pick<CommandRow, "pipeline_id" | "previous" | "record">;

/** @returns the command's position */
export const insertCommand = numbering<NewCommand, "command">("position", (db, given) =>
  db
    .insertInto("command")
    .values({ pipeline_id: given.pipeline_id, previous: given.previous, record: given.record }),
);

export type StoredCommand = Pick<CommandRow, "previous" | "record"> & { readonly position: number };

/** Up to `limit` commands on a pipeline, the newest first: that at `from`, and those before it. */
export async function commandsBack(db: Reader, from: number, limit: number): Promise<StoredCommand[]> {
  const { rows } = await sql<StoredCommand>`
    with recursive chain (position, previous, record, depth) as (
      select position, previous, record, 1 from command where position = ${from}
      union all
      select c.position, c.previous, c.record, chain.depth + 1
        from chain join command as c on c.position = chain.previous
        where chain.depth < ${limit}
    )
    select position, previous, record from chain order by depth`.execute(db);
  return rows;
}

/** The newest command on a pipeline: it changed the pipeline's row, or executions that wait or hold a lock. */
export async function newestCommand(db: Reader, pipelineId: string): Promise<number> {
  const pipeline = await db
    .selectFrom("pipeline")
    .select("command")
    .where("id", "=", pipelineId)
    .executeTakeFirst();
  const execution = await db
    .selectFrom("execution")
    .select((eb) => eb.fn.max("command").as("command"))
    .where("pipeline_id", "=", pipelineId)
    .where("contending", "=", sql.lit(1))
    .executeTakeFirst();
  return Math.max(pipeline?.command ?? 0, Number(execution?.command ?? 0));
}

/** Forgets up to `limit` commands from the newest back. @returns the newest that is left; 0 when none is */
export async function forgetCommands(tx: Tx, newest: number, limit: number): Promise<number> {
  const chain = await commandsBack(tx, newest, limit);
  if (chain.length === 0) return 0;
  const positions = chain.map(({ position }) => position);
  await tx.deleteFrom("command").where("position", "in", positions).execute();
  return chain.at(-1)?.previous ?? 0;
}
