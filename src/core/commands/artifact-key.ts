import type { Ambient } from "../scope.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 7;

/** Seven random letters and digits: the end of an artifact's key (api.md §2.2). */
export function newArtifactKey(ambient: Pick<Ambient, "randomBytes">): string {
  let key = "";
  while (key.length < LENGTH) {
    for (const byte of ambient.randomBytes(2 * LENGTH)) {
      // Beyond the last whole multiple of 62 some letters would come more often than others.
      if (byte < 248 && key.length < LENGTH) key += LETTERS[byte % LETTERS.length];
    }
  }
  return key;
}
