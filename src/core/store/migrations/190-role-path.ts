import type { Migration } from "./migration.ts";

/** Where a role stands in its account: `/service-role/`. */
export const rolePath: Migration = {
  name: "190-role-path",
  async up(db) {
    await db.schema
      .alterTable("role")
      .addColumn("path", "text", (c) => c.notNull().defaultTo("/"))
      .execute();
  },
};
