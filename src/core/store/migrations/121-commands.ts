import type { Migration } from "./migration.ts";

/**
 * What was done to each pipeline: what its state can be worked out from again. Rows are only ever appended, each naming
 * the pipeline's one before; the newest is named by rows that every command writes anyway. An index by pipeline would
 * cost a command more than the row itself.
 */
export const commands: Migration = {
  name: "121-commands",
  async up(db, dialect) {
    await db.schema
      .createTable("command")
      .addColumn("position", dialect === "sqlite" ? "integer" : "bigint", (c) =>
        dialect === "sqlite" ? c.primaryKey().autoIncrement() : c.primaryKey().generatedAlwaysAsIdentity(),
      )
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("previous", "bigint", (c) => c.notNull())
      .addColumn("record", "text", (c) => c.notNull())
      .execute();
    for (const table of ["pipeline", "execution", "removed_pipeline"]) {
      await db.schema
        .alterTable(table)
        .addColumn("command", "bigint", (c) => c.notNull().defaultTo(0))
        .execute();
    }
  },
};
