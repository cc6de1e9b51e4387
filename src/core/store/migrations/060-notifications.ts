import type { Migration } from "./migration.ts";

/** Messages about approvals that are still to be sent. */
export const notifications: Migration = {
  name: "060-notifications",
  async up(db) {
    await db.schema
      .createTable("notification")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("pipeline_name", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("action_execution_id", "text", (c) => c.notNull())
      .addColumn("stage", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("topic", "text", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("expires", "bigint", (c) => c.notNull())
      .addColumn("configuration", "text", (c) => c.notNull())
      .addColumn("tries", "integer", (c) => c.notNull())
      .addColumn("due", "bigint", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("notification_due").on("notification").column("due").execute();
  },
};
