/** Whether a delivery comes from whom the webhook expects (S1.20 to S1.32). */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { sameHex } from "../../core/access/compare.ts";
import type { ProviderType } from "../../core/connections/types.ts";
import type { WebhookAuthentication } from "../../core/webhooks/types.ts";
import { type Address, isInside, parseRange } from "../../network/index.ts";

/** `malformed`: nothing that could be right was given; `wrong`: it isn't right. */
export type Verdict = "authentic" | "malformed" | "wrong";

type Headers = Pick<IncomingMessage, "headersDistinct">;

/** What an address alone decides; undefined where the body must be seen. */
export function verdictByAddress(
  authentication: WebhookAuthentication,
  client: Address | undefined,
): Verdict | undefined {
  switch (authentication.type) {
    case "UNAUTHENTICATED":
      return "authentic";
    case "IP": {
      const range = parseRange(authentication.allowedRange);
      const inside = client !== undefined && range !== undefined && isInside(client, range);
      return inside ? "authentic" : "wrong";
    }
    case "GITHUB_HMAC":
      return undefined;
  }
}

/**
 * Over the body's raw bytes. Whatever is given, one HMAC is made and one comparison, in constant time (attack A2).
 *
 * @param refuseSha1 whether a delivery with an SHA-1 signature only isn't taken
 */
export function verdictBySignature(
  request: Headers,
  body: Buffer,
  secret: string,
  refuseSha1: boolean,
): Verdict {
  const { algorithm, hex } = signatureOf(request, refuseSha1);
  return compared(algorithm, hex, body, secret);
}

/** @param hex as given; undefined when there is none that counts */
function compared(
  algorithm: Signature["algorithm"],
  hex: string | undefined,
  body: Buffer,
  secret: string,
): Verdict {
  const expected = createHmac(algorithm, secret).update(body).digest();
  if (sameHex(hex ?? "", expected)) return "authentic";
  const wellFormed = hex?.length === expected.length * 2 && /^[\dA-Fa-f]+$/.test(hex);
  return wellFormed ? "wrong" : "malformed";
}

/** By the header of each host (the providers' table of S7); what GitHub sends, Gitea sends too (S7.6). */
export function verdictByHost(
  providerType: ProviderType,
  request: Headers,
  body: Buffer,
  secret: string,
  refuseSha1: boolean,
): Verdict {
  switch (providerType) {
    case "GitLab":
    case "GitLabSelfManaged":
      return verdictByToken(request.headersDistinct["x-gitlab-token"], secret);
    case "Gitea": {
      const { "x-gitea-signature": gitea, "x-forgejo-signature": forgejo } = request.headersDistinct;
      const own = gitea ?? forgejo;
      const isGitHubs = request.headersDistinct["x-hub-signature-256"] !== undefined || own === undefined;
      if (isGitHubs) return verdictBySignature(request, body, secret, true);
      return compared("sha256", hexOf(own, ""), body, secret);
    }
    case "Bitbucket":
      return verdictBySignature(request, body, secret, true);
    case "GitHub":
    case "GitHubEnterpriseServer":
      return verdictBySignature(request, body, secret, refuseSha1);
    case "Git":
      return "malformed";
  }
}

/** The secret itself is sent. Digests of one length are compared, whatever is given. */
function verdictByToken(header: readonly string[] | undefined, secret: string): Verdict {
  const [token, ...others] = header ?? [];
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const isRight = timingSafeEqual(digest(token ?? ""), digest(secret));
  if (token === undefined || others.length > 0) return "malformed";
  return isRight ? "authentic" : "wrong";
}

interface Signature {
  readonly algorithm: "sha256" | "sha1";
  /** As given; undefined when there is none that counts. */
  readonly hex: string | undefined;
}

/** SHA-256 alone decides where it is there; Bitbucket sends it under the older header's name (S1.21, S1.24). */
function signatureOf({ headersDistinct: headers }: Headers, refuseSha1: boolean): Signature {
  const sha256 = headers["x-hub-signature-256"];
  if (sha256 !== undefined) return { algorithm: "sha256", hex: hexOf(sha256, "sha256=") };
  const older = headers["x-hub-signature"] ?? [];
  if (older[0]?.trim().startsWith("sha256=")) return { algorithm: "sha256", hex: hexOf(older, "sha256=") };
  return { algorithm: "sha1", hex: refuseSha1 ? undefined : hexOf(older, "sha1=") };
}

/** A header that is there twice has no value (attack A3). */
function hexOf([only, ...others]: readonly string[], prefix: string): string | undefined {
  const text = only?.trim();
  if (text === undefined || others.length > 0 || text.includes(",") || !text.startsWith(prefix))
    return undefined;
  return text.slice(prefix.length);
}
