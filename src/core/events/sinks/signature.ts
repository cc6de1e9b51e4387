/** Signatures as Standard Webhooks describes them (standardwebhooks.com): receivers check them with its libraries. */
import { createHmac } from "node:crypto";

const PREFIX = "whsec_";

/** @param random 32 bytes @returns a new secret, as its receiver is told it */
export function newSecret(random: Uint8Array): string {
  return PREFIX + Buffer.from(random).toString("base64");
}

/** The key that a secret stands for: behind `whsec_` base64, else the text itself. Undefined when it can't be one. */
export function keyOf(secret: string): Uint8Array | undefined {
  const key = secret.startsWith(PREFIX) ? decode(secret.slice(PREFIX.length)) : Buffer.from(secret);
  return key !== undefined && key.length >= SHORTEST && key.length <= LONGEST ? key : undefined;
}

const SHORTEST = 16;
const LONGEST = 128;

function decode(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

/** @param timestamp of the try, in seconds since the epoch: receivers refuse old ones, which stops replays */
export function signatureHeaders(
  key: Uint8Array,
  id: string,
  timestamp: number,
  body: string,
): Readonly<Record<string, string>> {
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature}`,
  };
}
