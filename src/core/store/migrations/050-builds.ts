import { bytewiseText, type Migration } from "./migration.ts";

/** CodeBuild projects and builds. */
export const builds: Migration = {
  name: "050-builds",
  async up(db, dialect) {
    await db.schema
      .createTable("build_project")
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("name", bytewiseText(dialect), (c) => c.notNull())
      .addColumn("uuid", "text", (c) => c.notNull())
      .addColumn("created", "bigint", (c) => c.notNull())
      .addColumn("updated", "bigint", (c) => c.notNull())
      .addColumn("last_build_number", "integer", (c) => c.notNull())
      .addColumn("project", "text", (c) => c.notNull())
      .addPrimaryKeyConstraint("build_project_key", ["account", "region", "name"])
      .execute();

    await db.schema
      .createTable("build")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("project", "text", (c) => c.notNull())
      .addColumn("number", "integer", (c) => c.notNull())
      .addColumn("job_id", "text", (c) => c.notNull().unique())
      .addColumn("initiator", "text", (c) => c.notNull())
      .addColumn("started", "bigint", (c) => c.notNull())
      .addColumn("progress", "integer", (c) => c.notNull())
      .addColumn("snapshot", "text", (c) => c.notNull())
      .addColumn("state", "text", (c) => c.notNull())
      .execute();
    await db.schema
      .createIndex("build_of_project")
      .on("build")
      .columns(["account", "region", "project", "number"])
      .execute();
  },
};
