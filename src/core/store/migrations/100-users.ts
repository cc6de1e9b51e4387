import { sql } from "kysely";
import { bytewiseText, type Migration } from "./migration.ts";

/** Users with keys of their own, and roles that they can take. */
export const users: Migration = {
  name: "100-users",
  async up(db, dialect) {
    await db.schema
      .createTable("user_account")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("access_key_id", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("sealed_secret", "text", (c) => c.notNull())
      .addColumn("policy", "text", (c) => c.notNull())
      .addColumn("tags", "text", (c) => c.notNull())
      .addColumn("disabled", "integer", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("user_account_key", ["account", "name"])
      .execute();
    await db.schema
      .createIndex("user_account_by_key")
      .unique()
      .on("user_account")
      .column("access_key_id")
      .execute();
    await db.schema
      .createTable("role")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("policy", "text", (c) => c.notNull())
      .addColumn("trust", "text", (c) => c.notNull())
      .addColumn("tags", "text", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("role_key", ["account", "name"])
      .execute();
    // Names that differ in case alone are one name to people.
    for (const table of ["user_account", "role"])
      await db.schema
        .createIndex(`${table}_by_name`)
        .unique()
        .on(table)
        .expression(sql`account, lower(name)`)
        .execute();
  },
};
