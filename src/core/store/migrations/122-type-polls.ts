import type { Migration } from "./migration.ts";

/** When workers last asked for jobs, by action type. */
export const typePolls: Migration = {
  name: "122-type-polls",
  async up(db) {
    await db.schema
      .createTable("type_poll")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("owner", "text", (c) => c.notNull())
      .addColumn("category", "text", (c) => c.notNull())
      .addColumn("provider", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("polled", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("type_poll_key", ["account", "owner", "category", "provider", "version"])
      .execute();
  },
};
