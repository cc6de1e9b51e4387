/** Which refs a push may name (S6.9). */

const REF_LIMIT_BYTES = 255;
const KINDS = ["refs/heads/", "refs/tags/"];
/** What git-check-ref-format refuses anywhere in a name: control characters, space and these. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/;

/** Why a ref isn't accepted, in words for the one who pushes; undefined when it is. */
export function refusedRef(ref: string): string | undefined {
  const kind = KINDS.find((prefix) => ref.startsWith(prefix));
  if (kind === undefined) return "only refs/heads/ and refs/tags/ are accepted";
  if (Buffer.byteLength(ref) > REF_LIMIT_BYTES) return `the name is longer than ${REF_LIMIT_BYTES} bytes`;
  const name = ref.slice(kind.length);
  if (name.startsWith("-")) return "a name may not start with -";
  if (ref === "refs/heads/HEAD") return "a branch may not be named HEAD";
  if (!isWellFormed(name)) return "not a valid ref name";
  return undefined;
}

/** The branch that a ref is, without `refs/heads/`. */
export function branchOf(ref: string): string | undefined {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : undefined;
}

/** The rules of git-check-ref-format for what follows `refs/heads/` or `refs/tags/`. */
function isWellFormed(name: string): boolean {
  if (name === "" || FORBIDDEN.test(name) || name.endsWith(".")) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
