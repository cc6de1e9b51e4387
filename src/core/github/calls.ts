/** One call of GitHub's API, tried again where that helps (S3.2, S3.9). */
import { setTimeout as pause } from "node:timers/promises";
import {
  type Allowed,
  DestinationError,
  OutgoingError,
  send,
  UnknownHostError,
  type Way,
} from "../../network/index.ts";
import { GitHubError } from "./types.ts";

export interface GitHubOptions {
  /** Without a trailing slash. */
  readonly apiUrl: string;
  /** Destinations that are allowed besides the public internet. */
  readonly allowed: readonly Allowed[];
  readonly way: Way;
  /** Of Millrace. */
  readonly version: string;
}

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the API's base, or a whole URL of the same origin. */
  readonly path: string;
  readonly token: string;
  readonly body?: object;
  /** Of an earlier answer: 304 says that it still holds. */
  readonly etag?: string;
}

export interface CallAnswer {
  readonly status: number;
  /** The next page's URL. */
  readonly next?: string;
  readonly etag?: string;
  /** Undefined where there is none. */
  readonly content: unknown;
}

const TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 1024 ** 2;
const REDIRECTS = 3;
/** Between tries. */
const WAITS_MS = [500, 2_000];

/** @throws GitHubError for every answer but a success */
export async function callGitHub(options: GitHubOptions, call: Call): Promise<CallAnswer> {
  for (let tried = 0; ; tried++) {
    try {
      return await callOnce(options, call);
    } catch (error) {
      const wait = WAITS_MS[tried];
      if (!(error instanceof GitHubError) || error.reason !== "unreachable" || wait === undefined)
        throw error;
      await pause(wait);
    }
  }
}

async function callOnce(
  { apiUrl, allowed, way, version }: GitHubOptions,
  { method, path, token, body, etag }: Call,
): Promise<CallAnswer> {
  const url = new URL(path.startsWith("/") ? `${apiUrl}${path}` : path);
  if (url.origin !== new URL(apiUrl).origin)
    throw new GitHubError("other", 502, "its next page is at another place");
  const {
    status,
    headers,
    body: bytes,
  } = await send({
    method,
    url: url.href,
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": `Millrace/${version}`,
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(etag !== undefined && { "if-none-match": etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    allowed,
    way,
    timeLimit: TIME_LIMIT_MS,
    sizeLimit: SIZE_LIMIT,
    redirects: REDIRECTS,
  }).catch((error: unknown) => {
    throw asGitHubError(error);
  });
  const content = parse(bytes);
  if ((status >= 200 && status < 300) || (status === 304 && etag !== undefined)) {
    const link = /<([^>]+)>; *rel="next"/.exec(String(headers.link ?? ""))?.[1];
    const next = link === undefined ? undefined : URL.parse(link, url.href)?.href;
    const { etag: newEtag } = headers;
    return {
      status,
      content,
      ...(newEtag !== undefined && { etag: newEtag }),
      ...(next !== undefined && { next }),
    };
  }
  throw refusal(status, headers, content);
}

function asGitHubError(error: unknown): unknown {
  if (error instanceof DestinationError) return new GitHubError("other", 502, error.message);
  if (error instanceof OutgoingError || error instanceof UnknownHostError)
    return new GitHubError("unreachable", 502, error.message);
  return error;
}

function refusal(
  status: number,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  content: unknown,
): GitHubError {
  if (status === 401) return new GitHubError("token", status);
  if (status === 403 || status === 429) {
    const end = rateLimitEnd(headers);
    return end === undefined ? new GitHubError("permission", status) : new GitHubError("rateLimit", 429, end);
  }
  if (status === 404) return new GitHubError("notFound", status);
  if (status === 422) return new GitHubError("invalid", status, messagesOf(content));
  if (status >= 500) return new GitHubError("unreachable", 502, `it answered ${status}`);
  return new GitHubError("other", status, `it answered ${status}`);
}

/** When calls are taken again, as text; undefined when the limit isn't why. */
function rateLimitEnd(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string | undefined {
  const after = Number(headers["retry-after"]);
  if (after > 0 && after < 1e6) return utc(Date.now() + after * 1000);
  if (headers["x-ratelimit-remaining"] !== "0") return undefined;
  const reset = Number(headers["x-ratelimit-reset"]);
  return utc(reset > 0 && reset < 1e11 ? reset * 1000 : Date.now() + 60_000);
}

function utc(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `errors[].message`, else `message`: GitHub's own words, without control characters (S3.10). */
function messagesOf(content: unknown): string {
  const { errors, message } = (content ?? {}) as { errors?: unknown; message?: unknown };
  const told = (Array.isArray(errors) ? (errors as unknown[]) : []).flatMap((error) => {
    const text = typeof error === "string" ? error : (error as { message?: unknown } | null)?.message;
    return typeof text === "string" ? [text] : [];
  });
  const text =
    told.length > 0 ? told.join("; ") : typeof message === "string" ? message : "it gave no reason";
  return text.replace(/\p{Cc}/gu, " ").slice(0, 200);
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
