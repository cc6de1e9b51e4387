/** Rows of the embedded object store. Times are epoch milliseconds; JSON is text. Owned by core/artifacts. */

export interface ObjectTables {
  bucket: BucketRow;
  object_version: ObjectVersionRow;
  content_part: ContentPartRow;
  multipart_upload: MultipartUploadRow;
}

export interface BucketRow {
  /** Names are unique across accounts and regions, as on AWS. */
  name: string;
  account: string;
  region: string;
  created: number;
  /** Unversioned, Enabled or Suspended. */
  versioning: string;
  /** Last number given to a version or an upload of this bucket: their order. */
  sequence: number;
}

export interface ObjectVersionRow {
  bucket: string;
  key: string;
  /** Grows from version to version of a bucket. */
  sequence: number;
  /** `null` (as text) for what was written while the bucket wasn't versioned. */
  version_id: string;
  /** 1 for the newest version of the key. */
  latest: number;
  /** 1 for a delete marker. */
  marker: number;
  /** Which `content_part` rows are its bytes; null of a delete marker. */
  content: string | null;
  size: number;
  /** Without quotes; empty of a delete marker. */
  etag: string;
  modified: number;
  /** ObjectAttributes of core/artifacts. */
  attributes: string;
}

/** One file on disk. An object has one, or as many as the parts it was uploaded in. */
export interface ContentPartRow {
  /** Id of the content; of an upload that isn't complete, the upload's id. */
  content: string;
  number: number;
  /** Name of the file: a random id, never the key. */
  file: string;
  size: number;
  etag: string;
  modified: number;
  /** PartChecksum of core/artifacts, when one was asked for. */
  checksum: string | null;
}

export interface MultipartUploadRow {
  id: string;
  bucket: string;
  key: string;
  sequence: number;
  started: number;
  /** ObjectAttributes that the object will have. */
  attributes: string;
  /** Algorithm and type of the checksum that it was started with, both null without one. */
  checksum_algorithm: string | null;
  checksum_type: string | null;
}
