/**
 * Temporary keys (design decision 8): the session token is a sealed claim, the key id and the secret follow from it, so
 * nothing is stored and nothing has to be cleaned up.
 */
import { createMac } from "./mac.ts";
import { base32 } from "./new-keys.ts";
import { createSealer, deriveKey } from "./seal.ts";
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
  const idMac = createMac(deriveKey(secret, `${holder} access key ids`).export());
  const secretMac = createMac(deriveKey(secret, `${holder} secret access keys`).export());
  const accessKeyIdOf = (token: string) => `ASIA${base32(idMac(token).subarray(0, 16))}`;
  const secretOf = (token: string) => secretMac(token).toString("base64").slice(0, 40);

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
