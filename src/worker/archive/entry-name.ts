/** Names of archive entries: the checks of P12.2 that need nothing but the name. */

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 4096;

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
