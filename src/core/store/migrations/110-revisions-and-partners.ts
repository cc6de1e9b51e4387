import { bytewiseText, type Migration } from "./migration.ts";

/** Which revisions of its sources a pipeline has used, and action types that their partner has updated. */
export const revisionsAndPartners: Migration = {
  name: "110-revisions-and-partners",
  async up(db, dialect) {
    const text = bytewiseText(dialect);
    await db.schema
      .createTable("used_revision")
      .addColumn("pipeline_id", "text", (c) => c.notNull())
      .addColumn("action", "text", (c) => c.notNull())
      .addColumn("revision", text, (c) => c.notNull())
      .addColumn("change_id", text, (c) => c.notNull())
      .addColumn("execution_id", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("used_revision_key", ["pipeline_id", "action", "revision", "change_id"])
      .execute();

    await db.schema
      .createTable("partner_action_type")
      .addColumn("category", "text", (c) => c.notNull())
      .addColumn("provider", "text", (c) => c.notNull())
      .addColumn("version", "text", (c) => c.notNull())
      .addColumn("configured", "text", (c) => c.notNull())
      .addColumn("declaration", "text", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("partner_action_type_key", ["category", "provider", "version"])
      .execute();
  },
};
