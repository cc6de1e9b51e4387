import type { Migration } from "./migration.ts";

/** The newest commit of each pull request, where its host tells of changes without saying whether that is one. */
export const connectionRequests: Migration = {
  name: "162-connection-requests",
  async up(db) {
    await db.schema
      .createTable("connection_request")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("connection_id", "text", (c) => c.notNull())
      .addColumn("repository", "text", (c) => c.notNull())
      .addColumn("request", "text", (c) => c.notNull())
      .addColumn("seen", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("connection_request_key", [
        "account",
        "region",
        "connection_id",
        "repository",
        "request",
      ])
      .execute();
  },
};
