import { sql } from "kysely";
import { bytewiseText, type Migration } from "./migration.ts";

/** Buckets, object versions, their content files, uploads in parts. */
export const objects: Migration = {
  name: "020-objects",
  async up(db, dialect) {
    const time = "bigint" as const;
    // Keys are listed in the order of their UTF-8 bytes; SQLite compares so by itself.
    const key = bytewiseText(dialect);

    await db.schema
      .createTable("bucket")
      .addColumn("name", "text", (c) => c.primaryKey())
      .addColumn("account", "text", (c) => c.notNull())
      .addColumn("region", "text", (c) => c.notNull())
      .addColumn("created", time, (c) => c.notNull())
      .addColumn("versioning", "text", (c) => c.notNull())
      .addColumn("sequence", "bigint", (c) => c.notNull())
      .execute();
    await db.schema.createIndex("bucket_owner").on("bucket").columns(["account", "name"]).execute();

    await db.schema
      .createTable("object_version")
      .addColumn("bucket", "text", (c) => c.notNull())
      .addColumn("key", key, (c) => c.notNull())
      .addColumn("sequence", "bigint", (c) => c.notNull())
      .addColumn("version_id", "text", (c) => c.notNull())
      .addColumn("latest", "integer", (c) => c.notNull())
      .addColumn("marker", "integer", (c) => c.notNull())
      .addColumn("content", "text")
      .addColumn("size", "bigint", (c) => c.notNull())
      .addColumn("etag", "text", (c) => c.notNull())
      .addColumn("modified", time, (c) => c.notNull())
      .addColumn("attributes", "text", (c) => c.notNull())
      .addUniqueConstraint("object_version_id", ["bucket", "key", "version_id"])
      .execute();
    await db.schema
      .createIndex("object_version_newest")
      .unique()
      .on("object_version")
      .columns(["bucket", "key", "sequence desc"])
      .execute();
    await db.schema
      .createIndex("object_version_latest")
      .unique()
      .on("object_version")
      .columns(["bucket", "key"])
      .where(sql.ref("latest"), "=", 1)
      .execute();

    await db.schema
      .createTable("content_part")
      .addColumn("content", "text", (c) => c.notNull())
      .addColumn("number", "integer", (c) => c.notNull())
      .addColumn("file", "text", (c) => c.notNull().unique())
      .addColumn("size", "bigint", (c) => c.notNull())
      .addColumn("etag", "text", (c) => c.notNull())
      .addColumn("modified", time, (c) => c.notNull())
      .addColumn("checksum", "text")
      .addPrimaryKeyConstraint("content_part_key", ["content", "number"])
      .execute();

    await db.schema
      .createTable("multipart_upload")
      .addColumn("id", "text", (c) => c.primaryKey())
      .addColumn("bucket", "text", (c) => c.notNull())
      .addColumn("key", key, (c) => c.notNull())
      .addColumn("sequence", "bigint", (c) => c.notNull())
      .addColumn("started", time, (c) => c.notNull())
      .addColumn("attributes", "text", (c) => c.notNull())
      .addColumn("checksum_algorithm", "text")
      .addColumn("checksum_type", "text")
      .execute();
    await db.schema
      .createIndex("multipart_upload_of_key")
      .unique()
      .on("multipart_upload")
      .columns(["bucket", "key", "sequence"])
      .execute();
  },
};
