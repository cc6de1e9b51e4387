/** The embedded object store: buckets and objects on disk, their metadata in the database. */
import type { Readable } from "node:stream";
import type { Tx } from "../store/store.ts";

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  /** Undefined in a bucket that was never versioned. */
  readonly versionId?: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: number;
  readonly contentType?: string;
  /** User metadata, names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Called in the transaction that makes an object visible: what starts pipelines joins it (S8.1). */
export type ObjectWritten = (
  tx: Tx,
  object: StoredObject & { account: string; region: string },
) => Promise<void>;

/** What other rooms need of the store; services/s3 works with the whole of core/artifacts. */
export interface Artifacts {
  /** Creates a bucket unless it is there; artifact buckets are versioned from the start (P1.15). */
  ensureBucket(bucket: { name: string; account: string; region: string; versioned: boolean }): Promise<void>;
  head(account: string, bucket: string, key: string, versionId?: string): Promise<StoredObject | undefined>;
  read(account: string, bucket: string, key: string, versionId?: string): Promise<Readable | undefined>;
  /**
   * Copies an object to another bucket of the account, without its bytes passing through this process.
   *
   * @returns false when there is no such object
   * @throws ObjectError NoSuchBucket where the account has no such bucket as the target's; the system's errors
   */
  copy(account: string, from: Place, to: Place): Promise<boolean>;
  /** Whether this server has the object's bytes, or another one that shares the database; nowhere: no such object. */
  whereIs(account: string, place: Place): Promise<"here" | "elsewhere" | "nowhere">;
  /** Ends background work; half-written files are removed at the next start. */
  close(): Promise<void>;
}
