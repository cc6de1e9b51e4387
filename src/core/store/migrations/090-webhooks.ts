import { bytewiseText, type Migration } from "./migration.ts";

/** Webhooks, and the deliveries that started an execution. */
export const webhooks: Migration = {
  name: "090-webhooks",
  async up(db, dialect) {
    await db.schema
      .createTable("webhook")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("url_hash", "text", (c) => c.notNull().unique())
      .addColumn("url_sealed", "text", (c) => c.notNull())
      .addColumn("pipeline", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("authentication", "text", (c) => c.notNull())
      .addColumn("secret", "text")
      .addColumn("allowed_range", "text")
      .addColumn("filters", "text", (c) => c.notNull())
      .addColumn("error_code", "text")
      .addColumn("error_message", "text")
      .addColumn("last_triggered", "bigint")
      .addColumn("registration", "text")
      .addUniqueConstraint("webhook_name", ["account", "region", "name"])
      .execute();

    await db.schema
      .createTable("webhook_delivery")
      .addColumn("execution_id", "text", (c) => c.primaryKey())
      .addColumn("webhook_id", "text", (c) => c.notNull())
      .addColumn("delivery_key", "text")
      .addColumn("digest", "text")
      .addColumn("event", "text")
      .addColumn("sender", "text")
      .addColumn("address", "text", (c) => c.notNull())
      .addColumn("at", "bigint", (c) => c.notNull())
      .addUniqueConstraint("webhook_delivery_key", ["webhook_id", "delivery_key"])
      .addUniqueConstraint("webhook_delivery_digest", ["webhook_id", "digest"])
      .execute();
    await db.schema.createIndex("webhook_delivery_age").on("webhook_delivery").column("at").execute();
  },
};
