import type { Migration } from "./migration.ts";

/** One row: a text that only servers with the installation's key can open. */
export const installation: Migration = {
  name: "140-installation",
  async up(db) {
    await db.schema
      .createTable("installation")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("sealed", "text", (c) => c.notNull())
      .execute();
  },
};
