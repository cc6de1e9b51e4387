/** What an error of the S3 client means. */

/** The error's S3 name: `NoSuchKey`, `AccessDenied`, …; answers to HEAD have no body, only `NotFound` or `Forbidden`. */
export function s3ErrorName(error: unknown): string {
  return error instanceof Error ? error.name : "Unknown";
}

/** The HTTP status of the answer; undefined when there was none. */
export function s3Status(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) {
    return undefined;
  }
  const metadata = error.$metadata;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? Number(metadata.httpStatusCode)
    : undefined;
}

/** No such bucket, object or version. */
export function isMissing(error: unknown): boolean {
  return s3Status(error) === 404;
}

/** The credentials are refused, or not enough. */
export function isDenied(error: unknown): boolean {
  const status = s3Status(error);
  return status === 401 || status === 403;
}

/** Network failures, throttling and the other side's own errors: worth another try (P0.11). */
export function isTransient(error: unknown): boolean {
  const status = s3Status(error);
  return status === undefined ? isNetworkError(error) : status === 429 || status >= 500;
}

function isNetworkError(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "TimeoutError" ||
      ("code" in error && typeof error.code === "string" && /^(E[A-Z]+|UND_ERR_.+)$/.test(error.code)))
  );
}
