/** What a caller is told: S3's error codes with their statuses ("Error responses", Amazon S3 API reference). */

import { AccessError } from "../../core/access/types.ts";
import { ObjectError } from "../../core/artifacts/index.ts";
import { document, element } from "./xml/write.ts";

const statuses = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidLocationConstraint: 400,
  InvalidPart: 400,
  InvalidPartNumber: 416,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MaxMessageLengthExceeded: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

export type S3ErrorCode = keyof typeof statuses;

export interface ErrorParts {
  /** Further elements of the answer (`RangeRequested`). */
  readonly details?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, parts: ErrorParts = {}) {
    super(message);
    this.name = "S3Error";
    this.code = code;
    this.details = parts.details ?? {};
    this.headers = parts.headers ?? {};
  }

  get status(): number {
    return statuses[this.code];
  }
}

/** Told of faults of ours, whose particulars are for the log alone. */
export function internalError(): S3Error {
  return new S3Error("InternalError", "We encountered an internal error. Please try again.");
}

/** The error as the caller gets to see it; undefined for a fault of ours. */
export function toS3Error(error: unknown, presigned: boolean): S3Error | undefined {
  if (error instanceof S3Error) return error;
  if (error instanceof ObjectError) return new S3Error(error.code, error.message);
  if (error instanceof AccessError) return fromAccess(error, presigned);
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return new S3Error("InsufficientStorage", "The disk of the object store is full. Nothing was kept.");
  }
  return undefined;
}

function fromAccess({ code, message }: AccessError, presigned: boolean): S3Error {
  switch (code) {
    case "MissingAuthenticationToken":
      return new S3Error("AccessDenied", "Access Denied: the request is not signed.");
    case "IncompleteSignature": {
      const malformed = presigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
      return new S3Error(malformed, message);
    }
    case "UnrecognizedClient":
      return new S3Error(
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
      );
    case "InvalidSignature":
      return new S3Error("SignatureDoesNotMatch", message);
    case "RequestExpired":
      return new S3Error(
        "RequestTimeTooSkewed",
        `The difference between the request time and the current time is too large. ${message}`,
      );
    case "ExpiredToken":
      // S3 says ExpiredToken with 400; what an ended job tries is refused like all else that it may not do (A15).
      return new S3Error("AccessDenied", "Access Denied: the provided token has expired.");
    case "AccessDenied":
      return new S3Error("AccessDenied", message);
  }
}

/** @param resource the path that was asked for */
export function errorDocument(
  error: Pick<S3Error, "code" | "message" | "details">,
  resource: string,
  requestId: string,
): string {
  return document(
    element("Error", [
      element("Code", error.code),
      element("Message", error.message),
      ...Object.entries(error.details).map(([name, value]) => element(name, value)),
      element("Resource", resource),
      element("RequestId", requestId),
    ]),
  );
}
