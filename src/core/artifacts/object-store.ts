/** What services/s3 works with. */
import type { Readable } from "node:stream";
import type { Checksum, ChecksumAlgorithm, ChecksumType, IncomingContent, PartChecksum } from "./content.ts";
import type { ObjectError } from "./error.ts";
import type { Artifacts, ObjectWritten, Place, StoredObject } from "./types.ts";

export type { Place } from "./types.ts";

/** The whole of the embedded store: what other rooms see of it, and what the S3 service offers to callers. */
export interface ObjectStore extends Artifacts {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly uploads: Uploads;
}

export type Versioning = "Unversioned" | "Enabled" | "Suspended";

export interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: number;
  readonly versioning: Versioning;
}

export interface Buckets {
  /** `owned` and `taken`: nothing was done, the name is this account's or another's already. */
  create(bucket: { name: string; account: string; region: string }): Promise<"created" | "owned" | "taken">;
  find(name: string): Promise<Bucket | undefined>;
  /** By name. */
  list(account: string): Promise<readonly Bucket[]>;
  /** @throws ObjectError NoSuchBucket */
  setVersioning(name: string, versioning: "Enabled" | "Suspended"): Promise<void>;
  /** Uploads that weren't completed go with it. @throws ObjectError NoSuchBucket, BucketNotEmpty */
  delete(name: string): Promise<void>;
}

/** What a caller says of an object besides its bytes. */
export interface ObjectAttributes {
  /** Headers that are given back as they came, names in lower case (`content-type`, `x-amz-server-side-encryption`). */
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An object as the store keeps it. */
export interface StoredVersion extends StoredObject {
  /** Names its bytes, for `open`. */
  readonly content: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

/** What must be true of the key's present object for a change to happen; ETags without quotes. */
export interface WriteConditions {
  /** One of these, or `*` for any. */
  readonly ifMatch?: readonly string[];
  /** None of these; `*`: the key must be free. */
  readonly ifNoneMatch?: readonly string[];
}

/** What a key, or one version of it, leads to. */
export type Lookup =
  | { readonly kind: "object"; readonly object: StoredVersion }
  | { readonly kind: "marker"; readonly versionId: string; readonly lastModified: number }
  | { readonly kind: "none" };

export interface ByteRange {
  /** First byte. */
  readonly start: number;
  /** Last byte, included. */
  readonly end: number;
}

export interface Deletion {
  readonly key: string;
  readonly versionId?: string;
  readonly ifMatch?: readonly string[];
}

export interface Deleted {
  /** Of the delete marker that was made, or of the version that is gone. */
  readonly versionId?: string;
  /** A delete marker was made, or (with `Deletion.versionId`) removed. */
  readonly marker: boolean;
}

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter?: string;
  readonly limit: number;
}

export interface ListedVersion extends StoredObject {
  readonly kind: "object" | "marker";
  readonly versionId: string;
  readonly latest: boolean;
  readonly checksum?: Checksum;
  readonly headers: Readonly<Record<string, string>>;
}

/** One page of a listing: items and common prefixes in one order, up to the limit together. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** The last item or common prefix of a page that others follow. */
  readonly next?: { readonly prefix: string } | { readonly item: Item };
}

export interface Objects {
  /** @throws ObjectError NoSuchBucket, NoSuchKey, PreconditionFailed; what `verify` and `written` throw */
  put(
    place: Place,
    attributes: ObjectAttributes,
    content: IncomingContent,
    options: { conditions?: WriteConditions; written: ObjectWritten },
  ): Promise<StoredVersion>;
  find(place: Place, versionId?: string): Promise<Lookup>;
  /** The bytes, or a range of them; undefined when the object was replaced or deleted since it was found. */
  open(object: StoredVersion, range?: ByteRange): Promise<Readable | undefined>;
  /** Sizes of the parts that the object was uploaded in, in order; one for an object uploaded whole. */
  partSizes(object: StoredVersion): Promise<readonly number[]>;
  /** All in one transaction, answered in order; the errors are per key. @throws ObjectError NoSuchBucket */
  delete(bucket: string, deletions: readonly Deletion[]): Promise<readonly (Deleted | ObjectError)[]>;
  /** Newest versions by key. @param after a key, or a common prefix, to go on behind */
  list(bucket: string, query: ListQuery & { after?: string }): Promise<Page<StoredVersion>>;
  /** All versions by key, newest first. */
  listVersions(
    bucket: string,
    query: ListQuery & { after?: string; afterVersion?: string },
  ): Promise<Page<ListedVersion>>;
}

export interface Upload extends Place {
  readonly id: string;
  readonly started: number;
  readonly attributes: ObjectAttributes;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

export interface UploadedPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksum?: PartChecksum;
}

export interface PartChoice {
  readonly number: number;
  readonly etag: string;
  /** Base64, compared where given. */
  readonly checksum?: PartChecksum;
}

export interface Uploads {
  /** @throws ObjectError NoSuchBucket */
  create(place: Place, attributes: ObjectAttributes, checksum?: Upload["checksum"]): Promise<Upload>;
  /** @throws ObjectError NoSuchUpload, also for an upload of another key */
  find(place: Place, id: string): Promise<Upload>;
  /** @throws ObjectError NoSuchUpload; what `verify` throws */
  putPart(upload: Upload, number: number, content: IncomingContent): Promise<UploadedPart>;
  listParts(upload: Upload, after: number, limit: number): Promise<readonly UploadedPart[]>;
  /**
   * Makes the object of the chosen parts, in order, and forgets the others.
   * @throws ObjectError NoSuchUpload, InvalidPart, InvalidPartOrder, EntityTooSmall, PreconditionFailed, NoSuchKey, BadDigest
   */
  complete(
    upload: Upload,
    parts: readonly PartChoice[],
    options: { conditions?: WriteConditions; checksum?: PartChecksum; size?: number; written: ObjectWritten },
  ): Promise<StoredVersion>;
  /** @throws ObjectError NoSuchUpload */
  abort(upload: Upload): Promise<void>;
  list(bucket: string, query: ListQuery & { after?: string; afterUpload?: string }): Promise<Page<Upload>>;
}
