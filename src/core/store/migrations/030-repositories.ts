import { bytewiseText, type Migration } from "./migration.ts";

/** Hosted git repositories, where their refs stand, and what moved them. */
export const repositories: Migration = {
  name: "030-repositories",
  async up(db, dialect) {
    await db.schema
      .createTable("repository")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("description", "text")
      .addColumn("default_branch", "text")
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addColumn("last_event", "bigint", (c) => c.notNull())
      .addColumn("received", "bigint", (c) => c.notNull())
      .addUniqueConstraint("repository_name", ["account", "region", "name"])
      .execute();

    await db.schema
      .createTable("ref_position")
      .addColumn("repository_id", "text", (c) => c.notNull())
      .addColumn("ref", "text", (c) => c.notNull())
      .addColumn("commit_id", "text", (c) => c.notNull())
      .addColumn("event", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("ref_position_key", ["repository_id", "ref"])
      .execute();

    await db.schema
      .createTable("push_intent")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("push_id", "text", (c) => c.notNull())
      .addColumn("repository_id", "text", (c) => c.notNull())
      .addColumn("ref", "text", (c) => c.notNull())
      .addColumn("old_commit", "text", (c) => c.notNull())
      .addColumn("new_commit", "text", (c) => c.notNull())
      .addColumn("pusher", "text", (c) => c.notNull())
      .addColumn("skipped", "integer", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("push_intent_of_repository")
      .on("push_intent")
      .columns(["repository_id", "ref"])
      .execute();

    await db.schema
      .createTable("ref_event")
      .addColumn("repository_id", "text", (c) => c.notNull())
      .addColumn("number", "bigint", (c) => c.notNull())
      .addColumn("ref", "text", (c) => c.notNull())
      .addColumn("old_commit", "text", (c) => c.notNull())
      .addColumn("new_commit", "text", (c) => c.notNull())
      .addColumn("pusher", "text")
      .addColumn("skipped", "integer", (c) => c.notNull())
      .addColumn("at", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("ref_event_key", ["repository_id", "number"])
      .execute();
  },
};
