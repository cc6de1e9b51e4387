/** New keys and ids, in the forms that AWS's have. */
import type { RootCredentials } from "./installation.ts";

type RandomBytes = (size: number) => Uint8Array;

/** The secret has letters and digits only, so that it can stand in the URL of a `git push` as it is. */
export function newCredentials(randomBytes: RandomBytes): RootCredentials {
  return { accessKeyId: `AKIA${base32(randomBytes(16))}`, secretAccessKey: base32(randomBytes(40)) };
}

/** Of a user or a role; whoever has the name later has another one. */
export function newPrincipalId(kind: "AIDA" | "AROA", randomBytes: RandomBytes): string {
  return kind + base32(randomBytes(17));
}

/** A letter or digit for each byte. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte & 31];
  return text;
}
