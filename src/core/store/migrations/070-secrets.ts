import { bytewiseText, type Migration } from "./migration.ts";

/** Named secrets of builds. */
export const secrets: Migration = {
  name: "070-secrets",
  async up(db, dialect) {
    await db.schema
      .createTable("secret")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("allowed", "text")
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addPrimaryKeyConstraint("secret_key", ["account", "region", "name"])
      .execute();
    await db.schema
      .createTable("secret_version")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("stage", "text", (c) => c.notNull())
      .addColumn("id", "text", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("sealed", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("secret_version_key", ["account", "region", "name", "stage"])
      .execute();
  },
};
