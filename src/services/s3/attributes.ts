/** Headers that say what an object is: taken with an upload, kept, given back. */
import type { ObjectAttributes, StoredVersion } from "../../core/artifacts/index.ts";
import { checksumHeader } from "./body/checksums.ts";
import { S3Error } from "./error.ts";
import type { Headers } from "./parameters.ts";

/** Kept and given back as they came. */
const keptHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
  "x-amz-website-redirect-location",
  "x-amz-storage-class",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-bucket-key-enabled",
] as const;

/** They ask for what isn't done here; taking them in silence would be a promise broken. */
const refusedHeaders =
  /^x-amz-(tagging|object-lock-.*|grant-.*|server-side-encryption-customer-.*|server-side-encryption-context|write-offset-bytes)$/;

const cannedAcls = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
];

const storageClasses = [
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER_IR",
];

/** AWS's limit of names and values together. */
const mostMetadataBytes = 2048;
const metadataPrefix = "x-amz-meta-";

/**
 * What an upload says of its object. A canned ACL is accepted and does nothing: buckets are open to their account and
 * to jobs, to nobody else.
 *
 * @throws S3Error NotImplemented, InvalidArgument, InvalidStorageClass, MetadataTooLarge
 */
export function attributesOf(headers: Headers): ObjectAttributes {
  refuseUnsupported(headers);
  const kept: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = name === "content-encoding" ? contentEncoding(headers) : headers.get(name);
    if (value !== undefined && value !== "") kept[name] = value;
  }
  checkValue(headers, "x-amz-acl", cannedAcls, "InvalidArgument");
  checkValue(headers, "x-amz-storage-class", storageClasses, "InvalidStorageClass");
  checkValue(
    headers,
    "x-amz-server-side-encryption",
    ["AES256", "aws:kms", "aws:kms:dsse"],
    "InvalidArgument",
  );
  return { headers: kept, metadata: metadataOf(headers) };
}

/** @throws S3Error NotImplemented */
export function refuseUnsupported(headers: Headers): void {
  for (const name of headers.names()) {
    if (!refusedHeaders.test(name)) continue;
    throw new S3Error(
      "NotImplemented",
      "A header you provided implies functionality that is not implemented.",
      { details: { Header: name } },
    );
  }
}

/** Headers of an answer about an object, its length and range aside. */
export function objectHeaders(object: StoredVersion): Record<string, string | undefined> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [metadataPrefix + name, value]);
  const { "x-amz-storage-class": storageClass, ...headers } = object.headers;
  return {
    ...Object.fromEntries(metadata),
    "content-type": "binary/octet-stream",
    ...headers,
    ...(storageClass !== "STANDARD" && { "x-amz-storage-class": storageClass }),
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.lastModified).toUTCString(),
    "accept-ranges": "bytes",
    "x-amz-version-id": object.versionId,
  };
}

/** What the answer to a write tells of the object's encryption. */
export function encryptionHeaders({ headers }: ObjectAttributes): Record<string, string> {
  const names = keptHeaders.filter((name) => name.startsWith("x-amz-server-side-encryption"));
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}

export function checksumHeaders({ checksum }: Pick<StoredVersion, "checksum">): Record<string, string> {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** `aws-chunked` is how the body travelled, not what the object is. */
function contentEncoding(headers: Headers): string | undefined {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim());
  return codings.filter((coding) => coding !== "" && coding.toLowerCase() !== "aws-chunked").join(",");
}

function metadataOf(headers: Headers): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const name of headers.names()) {
    if (!name.startsWith(metadataPrefix)) continue;
    const value = headers.get(name) ?? "";
    size += name.length - metadataPrefix.length + value.length;
    metadata[name.slice(metadataPrefix.length)] = value;
  }
  if (size > mostMetadataBytes) {
    throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
      details: { Size: String(size), MaxSizeAllowed: String(mostMetadataBytes) },
    });
  }
  return metadata;
}

function checkValue(
  headers: Headers,
  name: string,
  allowed: readonly string[],
  code: "InvalidArgument" | "InvalidStorageClass",
): void {
  const value = headers.get(name);
  if (value === undefined || allowed.includes(value)) return;
  throw new S3Error(code, `${name} is '${value}'; it must be one of ${allowed.join(", ")}.`, {
    details: { ArgumentName: name, ArgumentValue: value },
  });
}
