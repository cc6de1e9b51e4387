/** The signature in the Authorization header. */
import { formatTimestamp } from "./clock-skew.ts";
import {
  ALGORITHM,
  parseCredential,
  parseSignedHeaders,
  type SignatureClaim,
  singleHeader,
} from "./signature-claim.ts";
import { AccessError, type SignedRequest } from "./types.ts";

/** @throws AccessError in the words of AWS's front end, which names all that is missing at once */
export function claimOfHeader(request: SignedRequest, authorization: string): SignatureClaim {
  const blank = authorization.indexOf(" ");
  const algorithm = blank < 0 ? authorization : authorization.slice(0, blank);
  if (algorithm !== ALGORITHM)
    throw new AccessError(
      "IncompleteSignature",
      `Unsupported AWS 'algorithm': '${algorithm}' (expected '${ALGORITHM}').`,
    );
  const parameters = parseParameters(authorization.slice(ALGORITHM.length));
  const credential = parameters.get("Credential");
  const signature = parameters.get("Signature");
  const signedHeaders = parameters.get("SignedHeaders");
  const timestamp = timestampOf(request);
  if (!credential || !signature || !signedHeaders || timestamp === undefined) {
    const missing = [
      credential ? "" : "Authorization header requires 'Credential' parameter. ",
      signature ? "" : "Authorization header requires 'Signature' parameter. ",
      signedHeaders ? "" : "Authorization header requires 'SignedHeaders' parameter. ",
      timestamp === undefined
        ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        : "",
    ];
    throw new AccessError("IncompleteSignature", `${missing.join("")}Authorization=${ALGORITHM}`);
  }
  return {
    ...parseCredential(credential),
    signature,
    signedHeaders: parseSignedHeaders(signedHeaders),
    timestamp,
    sessionToken: singleHeader(request, "x-amz-security-token"),
    payload: singleHeader(request, "x-amz-content-sha256"),
  };
}

/** `Credential=…, SignedHeaders=…, Signature=…`: the first of each name, as AWS reads it. */
function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(equals, 0)).trim();
    if (!parameters.has(name)) parameters.set(name, part.slice(equals + 1).trim());
  }
  return parameters;
}

/** X-Amz-Date goes before Date. */
function timestampOf(request: SignedRequest): string | undefined {
  const amzDate = singleHeader(request, "x-amz-date");
  if (amzDate !== undefined) return amzDate;
  const date = singleHeader(request, "date");
  if (date === undefined) return undefined;
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : formatTimestamp(time);
}
