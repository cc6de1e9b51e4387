import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Until when builds stay in QUEUED that found no place free in their project; null once a worker has begun one. */
export const buildQueue: Migration = {
  name: "180-build-queue",
  async up(db) {
    await db.schema.alterTable("build").addColumn("queued_until", "bigint").execute();
    const open = (name: string, ...columns: string[]) =>
      db.schema.createIndex(name).on("build").columns(columns).where(sql.ref("open"), "=", 1).execute();
    await open("build_open_of_project", "account", "region", "project", "number");
    await open("build_queued", "queued_until");
  },
};
