import { timingSafeEqual } from "node:crypto";
import type { Ambient } from "./scope.ts";

/** Unguessable, unique over all hand-outs, 32 characters (I20). */
export function newNonce(ambient: Pick<Ambient, "randomBytes">): string {
  return Buffer.from(ambient.randomBytes(24)).toString("base64url");
}

/**
 * Takes the same time wherever two of one length differ; how long nonces are, is no secret. A job that isn't in a
 * worker's hands has no live nonce.
 */
export function isLiveNonce(given: string, live: string | null): boolean {
  if (live === null) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(live)];
  return a.length === b.length && timingSafeEqual(a, b);
}
