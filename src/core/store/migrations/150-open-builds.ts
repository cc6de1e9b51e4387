import { type Kysely, sql } from "kysely";
import type { Migration } from "./migration.ts";

interface Builds {
  build: { state: string; open: number };
}

/** Which builds haven't ended: they are looked for again and again. */
export const openBuilds: Migration = {
  name: "150-open-builds",
  async up(db) {
    await db.schema
      .alterTable("build")
      .addColumn("open", "integer", (c) => c.notNull().defaultTo(0))
      .execute();
    await (db as unknown as Kysely<Builds>)
      .updateTable("build")
      .set({ open: 1 })
      .where("state", "like", '%"buildStatus":"IN_PROGRESS"%')
      .execute();
    await db.schema
      .createIndex("build_open")
      .on("build")
      .column("id")
      .where(sql.ref("open"), "=", 1)
      .execute();
  },
};
