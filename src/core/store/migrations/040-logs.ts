import type { Migration } from "./migration.ts";

/** The lines of each action. */
export const logs: Migration = {
  name: "040-logs",
  async up(db) {
    await db.schema
      .createTable("log_chunk")
      .addColumn("action_execution_id", "text", (c) => c.notNull())
      .addColumn("first_seq", "bigint", (c) => c.notNull())
      .addColumn("last_seq", "bigint", (c) => c.notNull())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("job_id", "text", (c) => c.notNull())
      .addColumn("job_last_seq", "bigint", (c) => c.notNull())
      .addColumn("total_bytes", "bigint", (c) => c.notNull())
      .addColumn("lines", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("log_chunk_key", ["action_execution_id", "first_seq"])
      .execute();
    await db.schema.createIndex("log_chunk_of_pipeline").on("log_chunk").column("pipeline_id").execute();
  },
};
