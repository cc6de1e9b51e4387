/** Comparisons whose time says nothing of where two secrets differ (attack A2). */
import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two secrets are equal, whatever their lengths. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** Whether `given` is `expected` in hexadecimal. A short, long or non-hex text takes the same path as a wrong one. */
export function sameHex(given: string, expected: Buffer): boolean {
  const bytes = Buffer.alloc(expected.length);
  const wellFormed = given.length === expected.length * 2 && bytes.write(given, "hex") === expected.length;
  return timingSafeEqual(bytes, expected) && wellFormed;
}

/** Hashing first gives both sides one length, which timingSafeEqual asks for. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
