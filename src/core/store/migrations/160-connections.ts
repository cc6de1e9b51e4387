import { bytewiseText, type Migration } from "./migration.ts";

/** Connections to git hosts, and the hosts that have endpoints of their own. */
export const connections: Migration = {
  name: "160-connections",
  async up(db, dialect) {
    await db.schema
      .createTable("connection_host")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("id", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("service", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("provider_type", "text", (c) => c.notNull())
      .addColumn("endpoint", "text", (c) => c.notNull())
      .addColumn("vpc", "text")
      .addColumn("status", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("connection_host_key", ["account", "region", "id"])
      .execute();

    await db.schema
      .createTable("connection")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("id", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("service", "text", (c) => c.notNull())
      .addColumn("name", "text", (c) => c.notNull())
      .addColumn("provider_type", "text", (c) => c.notNull())
      .addColumn("host_id", "text")
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("credential", "text")
      .addPrimaryKeyConstraint("connection_key", ["account", "region", "id"])
      .execute();
    await db.schema
      .createIndex("connection_by_host")
      .on("connection")
      .columns(["account", "region", "host_id"])
      .execute();
  },
};
