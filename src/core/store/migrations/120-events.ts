import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Where state changes are sent, how far each place has got, and up to where the outbox was cleared away. */
export const events: Migration = {
  name: "120-events",
  async up(db) {
    await db.schema
      .createTable("event_sink")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("origin", "text", (c) => c.notNull())
      .addColumn("kind", "text", (c) => c.notNull())
      .addColumn("target", "text", (c) => c.notNull())
      .addColumn("sealed", "text")
      .addColumn("form", "text", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("position", "bigint", (c) => c.notNull())
      .addColumn("owner", "text")
      .addColumn("lease_until", "bigint", (c) => c.notNull())
      .addColumn("dropped", "bigint", (c) => c.notNull())
      .addColumn("failing_since", "bigint")
      .addColumn("last_error", "text")
      .execute();

    await db.schema
      .createTable("event_pruning")
      .addColumn("id", "integer", (c) => c.primaryKey())
      .addColumn("position", "bigint", (c) => c.notNull())
      .execute();
    await sql`insert into event_pruning (id, position) values (1, 0)`.execute(db);
  },
};
