import type { Migration } from "./migration.ts";

/** The history of rules of stage conditions. */
export const rules: Migration = {
  name: "080-rules",
  async up(db) {
    await db.schema
      .createTable("rule_execution")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("stage", "text", (c) => c.notNull())
      .addColumn("condition", "text", (c) => c.notNull())
      .addColumn("rule", "text", (c) => c.notNull())
      .addColumn("evaluation", "integer", (c) => c.notNull())
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("started", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addColumn("input", "text", (c) => c.notNull())
      .addColumn("output", "text", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("rule_execution_newest")
      .on("rule_execution")
      .columns(["pipeline_id", "started desc"])
      .execute();
    await db.schema
      .createIndex("rule_execution_of_execution")
      .on("rule_execution")
      .column("execution_id")
      .execute();
  },
};
