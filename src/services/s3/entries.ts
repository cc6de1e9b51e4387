/** An object, a version and a delete marker as listings show them. */
import type { ListedVersion, StoredVersion } from "../../core/artifacts/index.ts";
import type { ListParameters } from "./listing.ts";
import { etag, owner, timestamp } from "./shapes.ts";
import { element, optional, type Xml } from "./xml/write.ts";

/** @param account its owner, when the listing names owners */
export function objectEntry(object: StoredVersion, { encode }: ListParameters, account?: string): Xml {
  return element("Contents", [
    element("Key", encode(object.key)),
    element("LastModified", timestamp(object.lastModified)),
    ...describe(object),
    account === undefined ? undefined : owner(account),
  ]);
}

export function versionEntry(version: ListedVersion, { encode }: ListParameters, account: string): Xml {
  return element(version.kind === "marker" ? "DeleteMarker" : "Version", [
    element("Key", encode(version.key)),
    element("VersionId", version.versionId),
    element("IsLatest", version.latest),
    element("LastModified", timestamp(version.lastModified)),
    ...(version.kind === "marker" ? [] : describe(version)),
    owner(account),
  ]);
}

function describe({
  etag: value,
  checksum,
  size,
  headers,
}: Pick<StoredVersion, "etag" | "checksum" | "size" | "headers">): (Xml | undefined)[] {
  return [
    etag(value),
    optional("ChecksumAlgorithm", checksum?.algorithm),
    optional("ChecksumType", checksum?.type),
    element("Size", size),
    element("StorageClass", headers["x-amz-storage-class"] ?? "STANDARD"),
  ];
}
