/** First step of the pipe: who calls, and is it what they signed? */
import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AccessError, type Verified } from "../../core/access/types.ts";
import { type HttpCall, signedRequestOf } from "../http.ts";
import { AwsError } from "./error.ts";

/** The JSON API's (design decision 7). */
const SKEW_MS = 5 * 60_000;

/** @throws AwsError in the words of api.md §1.3 */
export async function authenticate(
  request: IncomingMessage,
  call: HttpCall,
  body: Buffer,
  signingName: string,
): Promise<Verified> {
  try {
    return await call.core.access.verify(
      { ...signedRequestOf(request, call), bodyHash: hash("sha256", body, "hex") },
      { service: [signingName], skewMs: SKEW_MS },
    );
  } catch (error) {
    throw error instanceof AccessError ? toAwsError(error) : error;
  }
}

/** What AWS's JSON services call it. */
export function toAwsError({ code, message }: AccessError): AwsError {
  return new AwsError(EXCEPTIONS[code], message);
}

const EXCEPTIONS: Readonly<Record<AccessError["code"], string>> = {
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  UnrecognizedClient: "UnrecognizedClientException",
  InvalidSignature: "InvalidSignatureException",
  RequestExpired: "InvalidSignatureException",
  ExpiredToken: "ExpiredTokenException",
  AccessDenied: "AccessDeniedException",
};
