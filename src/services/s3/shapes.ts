/** Pieces that several answers share. */
import type { Checksum, PartChecksum } from "../../core/artifacts/index.ts";
import { element, optional, type Xml } from "./xml/write.ts";

/** @param time epoch milliseconds */
export function timestamp(time: number): string {
  return new Date(time).toISOString();
}

export function owner(account: string, name = "Owner"): Xml {
  return element(name, [element("ID", account), element("DisplayName", account)]);
}

export function etag(value: string): Xml {
  return element("ETag", `"${value}"`);
}

/** `<ChecksumCRC32>…`, and its type where it is an object's. */
export function checksumElements(checksum: Checksum | PartChecksum | undefined): (Xml | undefined)[] {
  if (checksum === undefined) return [];
  return [
    element(`Checksum${checksum.algorithm}`, checksum.value),
    optional("ChecksumType", "type" in checksum ? checksum.type : undefined),
  ];
}
