import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/**
 * A pipeline's actions in order of their start, of executions that have ended: written for all actions of one at once
 * when it ends. An index of all actions costs each that starts a page of its pipeline's own.
 */
export const pastActions: Migration = {
  name: "170-past-actions",
  async up(db, dialect) {
    const table = db.schema
      .createTable("past_action")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("started", "bigint", (c) => c.notNull())
      .addColumn("attempt", "integer", (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("past_action_key", ["pipeline_id", "started", "attempt", "id"]);
    await (dialect === "sqlite" ? table.modifyEnd(sql`without rowid`) : table).execute();
    await sql`insert into past_action (pipeline_id, started, attempt, id)
      select a.pipeline_id, a.started, a.attempt, a.id
        from action_execution as a left join execution as e on e.id = a.execution_id
        where coalesce(e.live, 0) = 0`.execute(db);
    await db.schema.dropIndex("action_execution_newest").execute();
  },
};
