/** SigV4 verification: what a request claims against what its key's secret says. */
import { hash } from "node:crypto";
import { claimOfHeader } from "./authorization-header.ts";
import { canonicalRequest } from "./canonical-request.ts";
import { createChunkVerifier, EMPTY_HASH } from "./chunk-signatures.ts";
import { checkTime } from "./clock-skew.ts";
import { sameHex } from "./compare.ts";
import { claimOfQuery, isPresigned } from "./presigned.ts";
import { ALGORITHM, type SignatureClaim, singleHeader } from "./signature-claim.ts";
import type { SigningKeys } from "./signing-key.ts";
import { AccessError, type ChunkVerifier, type SignedRequest } from "./types.ts";

/**
 * Reads the signature that a request carries and checks what needs no secret.
 * @throws AccessError
 */
export function readClaim(
  request: SignedRequest,
  services: readonly string[],
  presigned = services.includes("s3"),
): SignatureClaim {
  const claim = findClaim(request, presigned);
  if (!services.includes(claim.scope.service))
    throw new AccessError(
      "InvalidSignature",
      `Credential should be scoped to correct service: '${services[0]}'.`,
    );
  if (!/^[a-z][a-z0-9-]{1,29}$/.test(claim.scope.region))
    throw new AccessError(
      "InvalidSignature",
      `Credential should be scoped to a valid region, not '${claim.scope.region}'.`,
    );
  return claim;
}

/**
 * What the signature covers in place of the body. Only S3 asks for it to be named; elsewhere, a request that names
 * nothing (curl's GET) was signed as one without a body.
 *
 * @throws AccessError
 */
export function payloadOf(request: SignedRequest, claim: SignatureClaim): string {
  const payload = request.bodyHash ?? claim.payload;
  if (payload !== undefined) return payload;
  if (claim.scope.service !== "s3") return EMPTY_HASH;
  throw new AccessError(
    "IncompleteSignature",
    "Missing required header for this request: x-amz-content-sha256",
  );
}

/**
 * Checks clock, coverage and signature.
 * @returns the verifier of a signed streaming body's chunks, where there is one
 * @throws AccessError
 */
export function checkSignature(
  request: SignedRequest,
  claim: SignatureClaim,
  secretAccessKey: string,
  { signingKeys, now, skewMs }: { signingKeys: SigningKeys; now: number; skewMs: number },
): ChunkVerifier | undefined {
  checkTime(claim, now, skewMs);
  checkCoverage(request, claim);
  const { date, region, service } = claim.scope;
  const payload = payloadOf(request, claim);
  const canonical = canonicalRequest(
    request,
    claim.signedHeaders,
    payload,
    service === "s3" ? "s3" : "other",
  );
  const scope = `${date}/${region}/${service}/aws4_request`;
  const digest = hash("sha256", Buffer.from(canonical, "latin1"), "hex");
  const sign = signingKeys(secretAccessKey, claim.scope);
  const expected = sign(`${ALGORITHM}\n${claim.timestamp}\n${scope}\n${digest}`);
  if (!sameHex(claim.signature, expected))
    throw new AccessError(
      "InvalidSignature",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    );
  if (!payload.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")) return undefined;
  return createChunkVerifier(sign, { timestamp: claim.timestamp, scope, seed: claim.signature });
}

function findClaim(request: SignedRequest, queryToo: boolean): SignatureClaim {
  const authorization = singleHeader(request, "authorization");
  const presigned = queryToo && isPresigned(request.query);
  if (authorization !== undefined && presigned)
    throw new AccessError(
      "IncompleteSignature",
      "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
    );
  if (authorization !== undefined) return claimOfHeader(request, authorization);
  if (presigned) return claimOfQuery(request);
  throw new AccessError("MissingAuthenticationToken", "Missing Authentication Token");
}

/** The host and everything of AWS's own must be covered, or it could be changed on the way (A24). */
function checkCoverage(request: SignedRequest, { signedHeaders }: SignatureClaim): void {
  if (!signedHeaders.includes("host"))
    throw new AccessError(
      "InvalidSignature",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  singleHeader(request, "host");
  for (const name of Object.keys(request.headers))
    if (name.startsWith("x-amz-") && !signedHeaders.includes(name))
      throw new AccessError(
        "InvalidSignature",
        `There were headers present in the request which were not signed: '${name}' must be a 'SignedHeader' in the AWS Authorization.`,
      );
}
