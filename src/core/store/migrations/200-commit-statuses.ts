import type { Migration } from "./migration.ts";

/** What git hosts are still to be told of commits. */
export const commitStatuses: Migration = {
  name: "200-commit-statuses",
  async up(db) {
    await db.schema
      .createTable("commit_status")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("pipeline_name", "text", (c) => c.notNull())
      .addColumn("connection", "text", (c) => c.notNull())
      .addColumn("repository", "text", (c) => c.notNull())
      .addColumn("commit_id", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("action_execution_id", "text")
      .addColumn("state", "text", (c) => c.notNull())
      .addColumn("description", "text", (c) => c.notNull())
      .addColumn("claimed", "integer", (c) => c.notNull())
      .addColumn("tries", "integer", (c) => c.notNull())
      .addColumn("due", "bigint", (c) => c.notNull())
      .addUniqueConstraint("commit_status_of", [
        "account",
        "region",
        "pipeline_name",
        "connection",
        "repository",
        "commit_id",
      ])
      .execute();
    await db.schema.createIndex("commit_status_due").on("commit_status").column("due").execute();
  },
};
