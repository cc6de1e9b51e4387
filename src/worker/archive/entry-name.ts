/** Names of zip entries: decoding, and the checks of P12.2 that need nothing but the name. */
import { type Entry, getFileNameLowLevel } from "yauzl";

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 4096;
const UTF8_FLAG = 0x800;

/**
 * The entry's name as it stands in the archive, with `\` read as `/`. Without the UTF-8 flag it is cp437, unless
 * Info-ZIP's extra field says the Unicode name. A name that claims to be UTF-8 and isn't comes back with U+FFFD in
 * it and `valid: false`.
 */
export function decodeName(entry: Entry): { readonly name: string; readonly valid: boolean } {
  const claimsUtf8 = (entry.generalPurposeBitFlag & UTF8_FLAG) !== 0;
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  return { name, valid: !claimsUtf8 || isUtf8(entry.fileNameRaw) };
}

/** Why a name can't be unpacked (P12.2, in the rule's words), or undefined. A trailing `/` (a folder's) is fine. */
export function nameProblem(name: string): string | undefined {
  if (/^[/\\]|^[A-Za-z]:/.test(name)) return "has an absolute path";
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.includes("..")) return "leaves the target folder";
  const odd =
    name === "" ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u001f\u007f]/.test(name) ||
    Buffer.byteLength(name) > MAX_PATH_BYTES ||
    segments.some(
      (segment) => segment === "" || segment === "." || Buffer.byteLength(segment) > MAX_SEGMENT_BYTES,
    );
  return odd ? "has an invalid name" : undefined;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
