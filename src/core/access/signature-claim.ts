/** What a request says of its own signature, wherever it says it: in the Authorization header or in the query. */
import type { CredentialScope } from "./signing-key.ts";
import { AccessError, type SignedRequest } from "./types.ts";

export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower case, as listed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** What was signed in place of the body; undefined when the request doesn't say. */
  readonly payload: string | undefined;
  /** Presigned requests only: for how long they are good. */
  readonly expiresSeconds?: number;
}

export const ALGORITHM = "AWS4-HMAC-SHA256";

/** `<access key id>/<YYYYMMDD>/<region>/<service>/aws4_request` @throws AccessError */
export function parseCredential(text: string): Pick<SignatureClaim, "accessKeyId" | "scope"> {
  const parts = text.split("/");
  const [accessKeyId, date, region, service, terminator] = parts;
  if (
    parts.length !== 5 ||
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined
  )
    throw new AccessError(
      "IncompleteSignature",
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${text}'`,
    );
  if (terminator !== "aws4_request")
    throw new AccessError(
      "InvalidSignature",
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${terminator}'.`,
    );
  return { accessKeyId, scope: { date, region, service } };
}

export function parseSignedHeaders(list: string): readonly string[] {
  return list.toLowerCase().split(";");
}

/** The one value of a header. @throws AccessError when it was sent more than once, since readers would differ (A24). */
export function singleHeader(request: SignedRequest, name: string): string | undefined {
  const values = request.headers[name];
  if (values !== undefined && values.length > 1)
    throw new AccessError(
      "IncompleteSignature",
      `The header '${name}' was sent ${values.length} times; send it once.`,
    );
  return values?.[0]?.trim();
}
