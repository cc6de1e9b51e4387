/**
 * The temporary keys of a job (design decision 8): the session token is the sealed grant, the key id and the secret
 * follow from it, so nothing is stored and nothing has to be cleaned up.
 */

import { createSealer, deriveKey } from "./seal.ts";
import { hmac } from "./signing-key.ts";
import type { JobGrant, TemporaryCredentials } from "./types.ts";

const CONTEXT = "job credentials";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export interface JobKeys {
  issue(grant: JobGrant): TemporaryCredentials;
  /** The grant and secret behind a session token of ours; undefined when key id and token aren't a pair that we made. */
  open(
    accessKeyId: string,
    sessionToken: string,
  ): { readonly grant: JobGrant; readonly secretAccessKey: string } | undefined;
}

/** @param secret the installation's 32 bytes */
export function createJobKeys(secret: Uint8Array, randomBytes: (size: number) => Uint8Array): JobKeys {
  const sealer = createSealer(deriveKey(secret, "job session tokens"), randomBytes);
  const idKey = deriveKey(secret, "job access key ids");
  const secretKey = deriveKey(secret, "job secret access keys");
  const accessKeyIdOf = (token: string) => `ASIA${base32(hmac(idKey, token), 16)}`;
  const secretOf = (token: string) => hmac(secretKey, token).toString("base64").slice(0, 40);

  return {
    issue(grant) {
      const sessionToken = sealer.seal(JSON.stringify(grant), CONTEXT);
      return {
        accessKeyId: accessKeyIdOf(sessionToken),
        secretAccessKey: secretOf(sessionToken),
        sessionToken,
        expires: grant.expires,
      };
    },
    open(accessKeyId, sessionToken) {
      const claim = sealer.unseal(sessionToken, CONTEXT);
      if (claim === undefined || accessKeyId !== accessKeyIdOf(sessionToken)) return undefined;
      // Authenticated by the seal: only `issue` writes these.
      return { grant: JSON.parse(claim) as JobGrant, secretAccessKey: secretOf(sessionToken) };
    },
  };
}

function base32(bytes: Uint8Array, length: number): string {
  return Array.from(bytes.subarray(0, length), (byte) => BASE32[byte & 31]).join("");
}
