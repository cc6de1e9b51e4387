import type { ByteRange, IncomingContent, StoredVersion } from "../../core/artifacts/index.ts";
import { checkedKey, decode } from "./address.ts";
import { authorizedBucket } from "./authorize.ts";
import { checksumAlgorithm } from "./body/checksums.ts";
import { largestBody } from "./body/incoming.ts";
import { checkCopyConditions } from "./conditions.ts";
import { S3Error } from "./error.ts";
import { existing } from "./lookup.ts";
import type { S3Call } from "./operation.ts";

export interface CopySource {
  readonly object: StoredVersion;
  /** Whether the request named a version of it. */
  readonly versioned: boolean;
}

/**
 * The object that a copy is made of, if the caller may read it and the conditions on it hold.
 * @throws S3Error InvalidArgument, AccessDenied, NoSuchBucket, NoSuchKey, NoSuchVersion, PreconditionFailed
 */
export async function copySource(call: S3Call): Promise<CopySource> {
  const { place, versionId } = parseCopySource(call.headers.get("x-amz-copy-source") ?? "");
  const permission = versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion";
  await authorizedBucket(call, { kind: "object", place, permission, needs: "read" });
  const object = await existing(call.store, place, versionId);
  checkCopyConditions(call.headers, object);
  return { object, versioned: versionId !== undefined };
}

/**
 * The source's bytes, to be kept a second time.
 * @throws S3Error InvalidRequest when they are more than a copy may have, NoSuchKey when they went away meanwhile
 */
export async function copiedContent(
  { store, headers }: S3Call,
  source: StoredVersion,
  range?: ByteRange,
): Promise<IncomingContent> {
  const size = range === undefined ? source.size : range.end - range.start + 1;
  if (size > largestBody) {
    throw new S3Error(
      "InvalidRequest",
      `The specified copy source is larger than the maximum allowable size for a copy source: ${largestBody}`,
    );
  }
  const bytes = await store.objects.open(source, range);
  if (bytes === undefined)
    throw new S3Error("NoSuchKey", "The copy source was replaced or deleted meanwhile.");
  const asked = headers.get("x-amz-checksum-algorithm");
  const algorithm = asked === undefined ? source.checksum?.algorithm : checksumAlgorithm(asked);
  return { bytes, ...(algorithm && { algorithm }), sha256: false, verify: () => undefined };
}

/** `[/]bucket/key[?versionId=id]`, percent-encoded. */
function parseCopySource(source: string) {
  const [path = "", query] = source.split(/\?(?=versionId=)/);
  const [, bucket, key] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (bucket === undefined || key === undefined || bucket.startsWith("arn:")) {
    throw new S3Error(
      "InvalidArgument",
      "Invalid copy source object key: give bucket/key, percent-encoded.",
      {
        details: { ArgumentName: "x-amz-copy-source", ArgumentValue: source },
      },
    );
  }
  const versionId = query === undefined ? undefined : decode(query.slice("versionId=".length));
  return { place: { bucket, key: checkedKey(key) }, versionId };
}
