import type { Migration } from "./migration.ts";

/** Where git hosts tell connections of changes, what started something, and what each source of theirs is for. */
export const connectionHooks: Migration = {
  name: "161-connection-hooks",
  async up(db) {
    await db.schema.alterTable("source_binding").addColumn("trigger", "text").execute();

    await db.schema
      .createTable("connection_hook")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("connection_id", "text", (c) => c.notNull())
      .addColumn("url_hash", "text", (c) => c.notNull().unique())
      .addColumn("url_sealed", "text", (c) => c.notNull())
      .addColumn("secret", "text", (c) => c.notNull())
      .addColumn("error", "text")
      .addPrimaryKeyConstraint("connection_hook_key", ["account", "region", "connection_id"])
      .execute();

    await db.schema
      .createTable("connection_delivery")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("connection_id", "text", (c) => c.notNull())
      .addColumn("delivery_key", "text")
      .addColumn("digest", "text", (c) => c.notNull())
      .addColumn("at", "bigint", (c) => c.notNull())
      .addUniqueConstraint("connection_delivery_key", ["account", "region", "connection_id", "delivery_key"])
      .addUniqueConstraint("connection_delivery_digest", ["account", "region", "connection_id", "digest"])
      .execute();
    await db.schema.createIndex("connection_delivery_age").on("connection_delivery").column("at").execute();
  },
};
