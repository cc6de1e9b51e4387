import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Jobs and the workers of built-in types. */
export const jobs: Migration = {
  name: "002-jobs",
  async up(db) {
    const time = "bigint" as const;

    await db.schema
      .createTable("job")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("pipeline_name", "text", (c) => c.notNull())
      .addColumn("pipeline_version", "integer", (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addColumn("action_execution_id", "text", (c) => c.notNull())
      .addColumn("stage", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("owner", "text", (c) => c.notNull())
      .addColumn("category", "text", (c) => c.notNull())
      .addColumn("provider", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("query_value", "text")
      .addColumn("status", "text", (c) => c.notNull())
      .addColumn("created", time, (c) => c.notNull())
      .addColumn("nonce", "text")
      .addColumn("lease_until", time)
      .addColumn("handed_out", "integer", (c) => c.notNull())
      .addColumn("losses", "integer", (c) => c.notNull())
      .addColumn("continuation_token", "text")
      .addColumn("work", "text", (c) => c.notNull())
      .addColumn("result", "text")
      .addColumn("ended", time)
      .execute();
    await db.schema
      .createIndex("job_queue")
      .on("job")
      .columns(["account", "owner", "category", "provider", "version", "created", "id"])
      .where(sql.ref("status"), "=", "Queued")
      .execute();
    await db.schema
      .createIndex("job_lease")
      .on("job")
      .column("lease_until")
      .where(sql.ref("lease_until"), "is not", null)
      .execute();
    await db.schema
      .createIndex("job_ended")
      .on("job")
      .column("ended")
      .where(sql.ref("ended"), "is not", null)
      .execute();

    await db.schema
      .createTable("worker")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("capabilities", "text", (c) => c.notNull())
      .addColumn("seen", time, (c) => c.notNull())
      .addPrimaryKeyConstraint("worker_key", ["account", "id"])
      .execute();
  },
};
