import type { Migration } from "./migration.ts";

/** What polls of sources elsewhere have found last, and when they look again. */
export const sourcePolls: Migration = {
  name: "091-source-polls",
  async up(db) {
    await db.schema
      .createTable("source_poll")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("target", "text", (c) => c.notNull())
      .addColumn("identity", "text")
      .addColumn("found", "bigint", (c) => c.notNull())
      .addColumn("due", "bigint", (c) => c.notNull())
      .addColumn("failures", "integer", (c) => c.notNull())
      .addColumn("error_code", "text")
      .addColumn("error_message", "text")
      .addPrimaryKeyConstraint("source_poll_key", ["pipeline_id", "action"])
      .execute();
  },
};
