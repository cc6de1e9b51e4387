/** Which room a request is for, by its method, path and target alone (design.md, "One front door"). */
import type { HttpRoute } from "../services/http.ts";

export interface Routes {
  /** `POST /` with an `X-Amz-Target` of one of its services. */
  readonly awsJson: HttpRoute & { serves(target: string): boolean };
  /** `POST /` with a form: the query protocol of STS. */
  readonly sts: HttpRoute;
  /** By first segment of the path. */
  readonly byFirstSegment: Readonly<Record<string, HttpRoute>>;
  /** What is left: `/<bucket>[/<key>]`. */
  readonly s3: HttpRoute;
}

export interface RoutedRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly host: string | undefined;
  readonly target: string | undefined;
  readonly contentType: string | undefined;
}

/** Nothing stands at this place (404), or it can't be a place (400). */
export type NoRoute = 400 | 404;

/**
 * @param reserved first segments that can't be buckets
 * @param namesBucket whether a Host header names a bucket (`bucket.localhost`): all of the path is then a key
 * @throws Error when a route has no authorisation rule
 * @returns a function that never lets one spelling of a path fall into another's room (attack A9)
 */
export function createRouter(
  routes: Routes,
  reserved: readonly string[],
  namesBucket: (host: string | undefined) => boolean,
): (request: RoutedRequest) => HttpRoute | NoRoute {
  refuseUnguarded(routes);
  const closed = new Set(reserved);
  const open = new Map(Object.entries(routes.byFirstSegment));

  return ({ method, path, host, target, contentType }) => {
    if (target === undefined && path.startsWith("/") && namesBucket(host)) return routes.s3;
    // `http://host/path` and `*` are for proxies; `//host` would be read as a host by some.
    if (!path.startsWith("/") || path.startsWith("//")) return 400;
    if (path === "/") {
      if (target !== undefined) return method === "POST" && isKnownTarget(target) ? routes.awsJson : 404;
      if (method === "POST") return isForm(contentType) ? routes.sts : 404;
      return routes.s3;
    }
    const first = path.slice(1).split("/", 1)[0] ?? "";
    const route = open.get(first);
    if (route !== undefined) return route;
    const decoded = decode(first);
    if (decoded === undefined || decoded === "." || decoded === "..") return 400;
    return closed.has(decoded) ? 404 : routes.s3;
  };

  /** An operation that no service has is told by the pipe; a service that isn't here, by 404. */
  function isKnownTarget(target: string): boolean {
    return routes.awsJson.serves(target);
  }
}

/** @throws Error when a route doesn't say whom it answers */
function refuseUnguarded({ awsJson, sts, s3, byFirstSegment }: Routes): void {
  const all = [awsJson, sts, s3, ...Object.values(byFirstSegment)];
  const unguarded = all.filter(({ callers }) => callers === undefined).map(({ name }) => name);
  if (unguarded.length > 0) throw new Error(`Routes have no authorisation rule: ${unguarded.join(", ")}`);
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith("application/x-www-form-urlencoded") ?? false;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
