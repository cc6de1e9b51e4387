import { hash, timingSafeEqual } from "node:crypto";
import type { Ambient } from "../scope.ts";

/** Unguessable, unique over all hand-outs, 32 characters (I20). */
export function newNonce(ambient: Pick<Ambient, "randomBytes">): string {
  return Buffer.from(ambient.randomBytes(24)).toString("base64url");
}

/** Takes the same time wherever the two differ. A job that isn't in a worker's hands has no live nonce. */
export function isLiveNonce(given: string, live: string | null): boolean {
  return live !== null && timingSafeEqual(digest(given), digest(live));
}

function digest(text: string): Buffer {
  return hash("sha256", text, "buffer");
}
