/** Conditional requests (RFC 9110, section 13; what S3 does with them: GetObject, PutObject, CopyObject). */
import type { StoredVersion, WriteConditions } from "../../core/artifacts/index.ts";
import { S3Error } from "./error.ts";
import type { Headers } from "./parameters.ts";

/** Whether a reader gets the object, or is told that it has it already. @throws S3Error PreconditionFailed */
export function checkReadConditions(headers: Headers, object: StoredVersion): "send" | "not modified" {
  const verdict = evaluate(object, {
    match: headers.get("if-match"),
    noneMatch: headers.get("if-none-match"),
    modifiedSince: headers.get("if-modified-since"),
    unmodifiedSince: headers.get("if-unmodified-since"),
  });
  if (verdict === undefined) return "send";
  if (verdict === "If-None-Match" || verdict === "If-Modified-Since") return "not modified";
  throw preconditionFailed(verdict);
}

/** The same of the source of a copy, where every failure is one. @throws S3Error PreconditionFailed */
export function checkCopyConditions(headers: Headers, source: StoredVersion): void {
  const prefix = "x-amz-copy-source-if-";
  const verdict = evaluate(source, {
    match: headers.get(`${prefix}match`),
    noneMatch: headers.get(`${prefix}none-match`),
    modifiedSince: headers.get(`${prefix}modified-since`),
    unmodifiedSince: headers.get(`${prefix}unmodified-since`),
  });
  if (verdict !== undefined) throw preconditionFailed(`x-amz-copy-source-${verdict}`);
}

/** What a writer asks of the present object. */
export function writeConditions(headers: Headers): WriteConditions | undefined {
  const match = headers.get("if-match");
  const noneMatch = headers.get("if-none-match");
  if (match === undefined && noneMatch === undefined) return undefined;
  return {
    ...(match !== undefined && { ifMatch: etagsOf(match) }),
    ...(noneMatch !== undefined && { ifNoneMatch: etagsOf(noneMatch) }),
  };
}

/** ETags of a list, without quotes and weakness marks. */
export function etagsOf(list: string): readonly string[] {
  return list.split(",").map((etag) => etag.trim().replace(/^(?:W\/)?"?|"$/g, ""));
}

interface Conditions {
  readonly match: string | undefined;
  readonly noneMatch: string | undefined;
  readonly modifiedSince: string | undefined;
  readonly unmodifiedSince: string | undefined;
}

type Failed = "If-Match" | "If-Unmodified-Since" | "If-None-Match" | "If-Modified-Since";

/** The first condition that doesn't hold. ETags take precedence over times; times that aren't dates are ignored. */
function evaluate(object: StoredVersion, conditions: Conditions): Failed | undefined {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  const seconds = Math.floor(object.lastModified / 1000);
  const includes = (list: string) => etagsOf(list).some((etag) => etag === "*" || etag === object.etag);

  if (match !== undefined) {
    if (!includes(match)) return "If-Match";
  } else if (unmodifiedSince !== undefined && seconds > Date.parse(unmodifiedSince) / 1000) {
    return "If-Unmodified-Since";
  }
  if (noneMatch !== undefined) {
    if (includes(noneMatch)) return "If-None-Match";
  } else if (modifiedSince !== undefined && seconds <= Date.parse(modifiedSince) / 1000) {
    return "If-Modified-Since";
  }
  return undefined;
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    details: { Condition: condition },
  });
}
