import { sql } from "kysely";
import { bytewiseText, type Migration } from "./migration.ts";

/** Pipelines, their versions, executions, action history, timers, events, tags, action types, bindings. */
export const pipelines: Migration = {
  name: "001-pipelines",
  async up(db, dialect) {
    const time = "bigint" as const;
    const position = dialect === "sqlite" ? "integer" : "bigint";

    await db.schema
      .createTable("pipeline")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("created", time, (c) => c.notNull())
      .addColumn("updated", time, (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .addUniqueConstraint("pipeline_name", ["account", "region", "name"])
      .execute();

    await db.schema
      .createTable("pipeline_version")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("declaration", "text", (c) => c.notNull())
      .addColumn("definition", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("pipeline_version_key", ["pipeline_id", "version"])
      .execute();

    await db.schema
      .createTable("execution")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("seq", "integer", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("mode", "text", (c) => c.notNull())
      .addColumn("type", "text", (c) => c.notNull())
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("live", "integer", (c) => c.notNull())
      .addColumn("contending", "integer", (c) => c.notNull())
      .addColumn("started", time, (c) => c.notNull())
      .addColumn("updated", time, (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("execution_newest")
      .unique()
      .on("execution")
      .columns(["pipeline_id", "seq desc"])
      .execute();
    await db.schema
      .createIndex("execution_live")
      .on("execution")
      .column("pipeline_id")
      .where(sql.ref("live"), "=", 1)
      .execute();
    await db.schema
      .createIndex("execution_contending")
      .on("execution")
      .column("pipeline_id")
      .where(sql.ref("contending"), "=", 1)
      .execute();

    await db.schema
      .createTable("start_token")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("token", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("start_token_key", ["pipeline_id", "token"])
      .execute();

    await db.schema
      .createTable("action_execution")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("version", "integer", (c) => c.notNull())
      .addColumn("stage", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("attempt", "integer", (c) => c.notNull())
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("started", time, (c) => c.notNull())
      .addColumn("updated", time, (c) => c.notNull())
      .addColumn("input", "text", (c) => c.notNull())
      .addColumn("output", "text", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("action_execution_newest")
      .on("action_execution")
      // The rest of the order is sorted among rows of one millisecond: a smaller index is written faster.
      .columns(["pipeline_id", "started desc"])
      .execute();
    await db.schema
      .createIndex("action_execution_of_execution")
      .on("action_execution")
      .column("execution_id")
      .execute();

    await db.schema
      .createTable("timer")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("due", time, (c) => c.notNull())
      .addColumn("timer", "text", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("timer_due").on("timer").columns(["due", "id"]).execute();

    await db.schema
      .createTable("event")
      .addColumn("position", position, (c) =>
        dialect === "sqlite" ? c.primaryKey().autoIncrement() : c.primaryKey().generatedAlwaysAsIdentity(),
      )
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("pipeline_name", "text", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("event", "text", (c) => c.notNull())
      .execute();

    await db.schema
      .createTable("tag")
      .addColumn("resource", "text", (c) => c.notNull())
      .addColumn("key", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("value", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("tag_key", ["resource", "key"])
      .execute();

    await db.schema
      .createTable("action_type")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("category", "text", (c) => c.notNull())
      .addColumn("provider", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("definition", "text", (c) => c.notNull())
      .addColumn("deleted", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("action_type_key", ["account", "region", "category", "provider", "version"])
      .execute();

    await db.schema
      .createTable("source_binding")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("provider", "text", (c) => c.notNull())
      .addColumn("container", "text", (c) => c.notNull())
      .addColumn("item", "text", (c) => c.notNull())
      .addColumn("polls", "integer", (c) => c.notNull())
      .addPrimaryKeyConstraint("source_binding_key", ["pipeline_id", "action"])
      .execute();
    await db.schema
      .createIndex("source_binding_watched")
      .on("source_binding")
      .columns(["account", "provider", "container", "item"])
      .execute();

    await db.schema
      .createTable("removed_pipeline")
      .addColumn("pipeline_id", "text", (c) => c.primaryKey())
      .addColumn("removed", time, (c) => c.notNull())
      .execute();
  },
};
