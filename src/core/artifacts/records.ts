/** Rows of the store as the objects, uploads and buckets that they stand for. */
import type {
  BucketRow,
  ContentPartRow,
  MultipartUploadRow,
  ObjectVersionRow,
} from "../store/tables/objects.ts";
import type { Checksum, ChecksumAlgorithm, ChecksumType, PartChecksum } from "./content.ts";
import type {
  Bucket,
  ListedVersion,
  ObjectAttributes,
  StoredVersion,
  Upload,
  UploadedPart,
  Versioning,
} from "./object-store.ts";

/** Version id, on the wire and in the store, of what was written while its bucket wasn't versioned. */
export const nullVersion = "null";

/** What `object_version.attributes` holds. */
interface KeptAttributes extends ObjectAttributes {
  readonly checksum?: Checksum;
}

export function bucketOf(row: BucketRow): Bucket {
  return {
    name: row.name,
    account: row.account,
    region: row.region,
    created: row.created,
    versioning: row.versioning as Versioning,
  };
}

export function keptAttributes(attributes: ObjectAttributes, checksum: Checksum | undefined): string {
  const kept: KeptAttributes = { ...attributes, ...(checksum && { checksum }) };
  return JSON.stringify(kept);
}

/** @param versioned whether the bucket ever was: only then has an object a version id to show */
export function versionOf(row: ObjectVersionRow & { content: string }, versioned: boolean): StoredVersion {
  const { headers, metadata, checksum } = JSON.parse(row.attributes) as KeptAttributes;
  const contentType = headers["content-type"];
  return {
    bucket: row.bucket,
    key: row.key,
    ...(versioned && { versionId: row.version_id }),
    size: row.size,
    etag: row.etag,
    lastModified: row.modified,
    ...(contentType !== undefined && { contentType }),
    metadata,
    headers,
    ...(checksum && { checksum }),
    content: row.content,
  };
}

export function isObject(row: ObjectVersionRow): row is ObjectVersionRow & { content: string } {
  return row.content !== null;
}

export function listedVersionOf(row: ObjectVersionRow): ListedVersion {
  const shared = { versionId: row.version_id, latest: row.latest === 1 };
  if (isObject(row)) return { kind: "object", ...versionOf(row, true), ...shared };
  return {
    kind: "marker",
    bucket: row.bucket,
    key: row.key,
    size: 0,
    etag: "",
    lastModified: row.modified,
    metadata: {},
    headers: {},
    ...shared,
  };
}

export function uploadOf(row: MultipartUploadRow): Upload {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    started: row.started,
    attributes: JSON.parse(row.attributes) as ObjectAttributes,
    ...(row.checksum_algorithm !== null && {
      checksum: {
        algorithm: row.checksum_algorithm as ChecksumAlgorithm,
        type: row.checksum_type as ChecksumType,
      },
    }),
  };
}

export function partOf(row: ContentPartRow): UploadedPart {
  return {
    number: row.number,
    size: row.size,
    etag: row.etag,
    lastModified: row.modified,
    ...(row.checksum !== null && { checksum: JSON.parse(row.checksum) as PartChecksum }),
  };
}
