import { bytewiseText, type Migration } from "./migration.ts";

/** Repositories of connections that are polled, and where their refs were when somebody looked last. */
export const connectionPolls: Migration = {
  name: "163-connection-polls",
  async up(db, dialect) {
    await db.schema.alterTable("connection_hook").addColumn("delivered", "bigint").execute();

    await db.schema
      .createTable("connection_poll")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("container", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("due", "bigint", (c) => c.notNull())
      .addColumn("failures", "integer", (c) => c.notNull())
      .addColumn("error", "text")
      .addColumn("polled", "bigint")
      .addPrimaryKeyConstraint("connection_poll_key", ["account", "container"])
      .execute();
    await db.schema.createIndex("connection_poll_due").on("connection_poll").column("due").execute();

    await db.schema
      .createTable("connection_ref")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("container", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("ref", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("commit_id", "text", (c) => c.notNull())
      .addColumn("started", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("connection_ref_key", ["account", "container", "ref"])
      .execute();
  },
};
