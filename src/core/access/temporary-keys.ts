/**
 * Temporary keys (design decision 8): the session token is a sealed claim, the key id and the secret follow from it, so
 * nothing is stored and nothing has to be cleaned up.
 */
import { base32 } from "./new-keys.ts";
import { createSealer, deriveKey } from "./seal.ts";
import { hmac } from "./signing-key.ts";
import type { TemporaryCredentials } from "./types.ts";

export interface TemporaryKeys<Claim> {
  issue(claim: Claim): TemporaryCredentials;
  /** The claim and secret behind a session token of ours; undefined when key id and token aren't a pair that we made. */
  open(
    accessKeyId: string,
    sessionToken: string,
  ): { readonly claim: Claim; readonly secretAccessKey: string } | undefined;
}

/**
 * @param secret the installation's 32 bytes
 * @param holder whose keys they are: no other's tokens open here
 */
export function createTemporaryKeys<Claim extends { readonly expires: number }>(
  secret: Uint8Array,
  holder: "job" | "role",
  randomBytes: (size: number) => Uint8Array,
): TemporaryKeys<Claim> {
  const context = `${holder} credentials`;
  const sealer = createSealer(deriveKey(secret, `${holder} session tokens`), randomBytes);
  const idKey = deriveKey(secret, `${holder} access key ids`);
  const secretKey = deriveKey(secret, `${holder} secret access keys`);
  const accessKeyIdOf = (token: string) => `ASIA${base32(hmac(idKey, token).subarray(0, 16))}`;
  const secretOf = (token: string) => hmac(secretKey, token).toString("base64").slice(0, 40);

  return {
    issue(claim) {
      const sessionToken = sealer.seal(JSON.stringify(claim), context);
      return {
        accessKeyId: accessKeyIdOf(sessionToken),
        secretAccessKey: secretOf(sessionToken),
        sessionToken,
        expires: claim.expires,
      };
    },
    open(accessKeyId, sessionToken) {
      const claim = sealer.unseal(sessionToken, context);
      if (claim === undefined || accessKeyId !== accessKeyIdOf(sessionToken)) return undefined;
      // Authenticated by the seal: only `issue` writes these.
      return { claim: JSON.parse(claim) as Claim, secretAccessKey: secretOf(sessionToken) };
    },
  };
}
