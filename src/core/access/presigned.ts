/** The signature in the query of a presigned request. */
import { LONGEST_PRESIGNED_SECONDS } from "./clock-skew.ts";
import {
  ALGORITHM,
  parseCredential,
  parseSignedHeaders,
  type SignatureClaim,
  singleHeader,
} from "./signature-claim.ts";
import { AccessError, type SignedRequest } from "./types.ts";

const REQUIRED =
  "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";

/** Whether the query carries a signature. */
export function isPresigned(query: string): boolean {
  return /(^|&)X-Amz-(Algorithm|Signature)=/.test(query);
}

/** @throws AccessError in S3's words */
export function claimOfQuery(request: SignedRequest): SignatureClaim {
  const query = new URLSearchParams(request.query);
  if (single(query, "X-Amz-Algorithm") !== ALGORITHM)
    throw new AccessError("IncompleteSignature", `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const credential = parseCredential(required(query, "X-Amz-Credential"));
  return {
    ...credential,
    signature: required(query, "X-Amz-Signature"),
    signedHeaders: parseSignedHeaders(required(query, "X-Amz-SignedHeaders")),
    timestamp: required(query, "X-Amz-Date"),
    expiresSeconds: expiresOf(required(query, "X-Amz-Expires")),
    sessionToken: single(query, "X-Amz-Security-Token"),
    payload:
      singleHeader(request, "x-amz-content-sha256") ??
      single(query, "X-Amz-Content-Sha256") ??
      // Other services sign the body that such a request has: none.
      (credential.scope.service === "s3" ? "UNSIGNED-PAYLOAD" : undefined),
  };
}

function expiresOf(text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new AccessError("IncompleteSignature", "X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds > LONGEST_PRESIGNED_SECONDS)
    throw new AccessError(
      "IncompleteSignature",
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_PRESIGNED_SECONDS} seconds`,
    );
  return seconds;
}

function required(query: URLSearchParams, name: string): string {
  const value = single(query, name);
  if (!value) throw new AccessError("IncompleteSignature", REQUIRED);
  return value;
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1)
    throw new AccessError("IncompleteSignature", `The parameter ${name} was sent ${values.length} times.`);
  return values[0];
}
