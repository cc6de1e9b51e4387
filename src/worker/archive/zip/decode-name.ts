import { isUtf8 } from "node:buffer";
import { type Entry, getFileNameLowLevel } from "yauzl";
import type { DecodedName } from "../archive-entry.ts";

const UTF8_FLAG = 0x800;

/**
 * A zip entry's name. Without the UTF-8 flag it is cp437, unless Info-ZIP's extra field says the Unicode name.
 */
export function decodeName(entry: Entry): DecodedName {
  const claimsUtf8 = (entry.generalPurposeBitFlag & UTF8_FLAG) !== 0;
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  return { name, valid: !claimsUtf8 || isUtf8(entry.fileNameRaw) };
}
