import type { Migration } from "./migration.ts";

/** Input artifacts that are still to be copied to another region's store. */
export const copies: Migration = {
  name: "130-copies",
  async up(db) {
    await db.schema
      .createTable("artifact_copy")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("copy", "text", (c) => c.notNull())
      .addColumn("due", "bigint", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("artifact_copy_due").on("artifact_copy").column("due").execute();
  },
};
