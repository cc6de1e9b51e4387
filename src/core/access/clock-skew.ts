/** When a signature counts: AWS's clock rules and its words for breaking them. */
import type { SignatureClaim } from "./signature-claim.ts";
import { AccessError } from "./types.ts";

const MINUTE = 60_000;
/** AWS's limit for presigned requests: seven days. */
export const LONGEST_PRESIGNED_SECONDS = 604_800;

/**
 * @param now epoch milliseconds
 * @param skewMs allowed difference of the clocks either way
 * @throws AccessError
 */
export function checkTime(claim: SignatureClaim, now: number, skewMs: number): void {
  const signed = parseTimestamp(claim.timestamp);
  if (claim.scope.date !== claim.timestamp.slice(0, 8))
    throw new AccessError(
      "InvalidSignature",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.scope.date}' != '${claim.timestamp.slice(0, 8)}', from '${claim.timestamp}'.`,
    );
  if (claim.expiresSeconds !== undefined) checkPresigned(signed, claim.expiresSeconds, now, skewMs);
  else checkSkew(claim.timestamp, signed, now, skewMs);
}

function checkSkew(timestamp: string, signed: number, now: number, skewMs: number): void {
  const minutes = Math.round(skewMs / MINUTE);
  if (signed < now - skewMs)
    throw new AccessError(
      "RequestExpired",
      `Signature expired: ${timestamp} is now earlier than ${formatTimestamp(now - skewMs)} (${formatTimestamp(now)} - ${minutes} min.)`,
    );
  if (signed > now + skewMs)
    throw new AccessError(
      "RequestExpired",
      `Signature not yet current: ${timestamp} is still later than ${formatTimestamp(now + skewMs)} (${formatTimestamp(now)} + ${minutes} min.)`,
    );
}

function checkPresigned(signed: number, expiresSeconds: number, now: number, skewMs: number): void {
  if (signed > now + skewMs) throw new AccessError("AccessDenied", "Request is not valid yet");
  if (now > signed + expiresSeconds * 1_000) throw new AccessError("AccessDenied", "Request has expired");
}

/** Epoch milliseconds as `YYYYMMDDTHHMMSSZ`. */
export function formatTimestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** @throws AccessError */
function parseTimestamp(text: string): number {
  const time = BASIC_FORM.test(text) ? Date.parse(extended(text)) : Number.NaN;
  if (Number.isNaN(time))
    throw new AccessError(
      "IncompleteSignature",
      `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  return time;
}

const BASIC_FORM = /^\d{8}T\d{6}Z$/;

/** `YYYYMMDDTHHMMSSZ` as `YYYY-MM-DDTHH:MM:SSZ`. */
function extended(text: string): string {
  const part = (from: number) => text.slice(from, from + 2);
  return `${text.slice(0, 4)}-${part(4)}-${part(6)}T${part(9)}:${part(11)}:${part(13)}Z`;
}
