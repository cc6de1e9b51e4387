/**
 * The canonical form of a request that a SigV4 signature covers.
 *
 * Node hands out header values and the request target with one character a byte (latin1), so texts stay in that form
 * here, and whoever hashes the result encodes it as latin1: those are the bytes that were signed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import type { SignedRequest } from "./types.ts";

/** S3 signs the path as it is; all other services normalise it and encode it a second time. */
export type PathStyle = "s3" | "other";

/** @param payload what stands for the body: its SHA-256 in hex or one of S3's markers */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: readonly string[],
  payload: string,
  style: PathStyle,
): string {
  const path = canonicalPath(request.path, style);
  let headers = "";
  for (const name of signedHeaders) headers += `${name}:${canonicalValues(request.headers[name])}\n`;
  return `${request.method}\n${path}\n${canonicalQuery(request.query)}\n${headers}\n${signedHeaders.join(";")}\n${payload}`;
}

function canonicalPath(path: string, style: PathStyle): string {
  if (path === "/") return path;
  return style === "s3" ? encodeOnce(path) : encodeBytes(normalized(path), false);
}

/** Parameters sorted by encoded name, then value; the signature itself (presigned requests) left out. */
function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .filter((pair) => pair !== "" && !pair.startsWith("X-Amz-Signature="))
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? "" : pair.slice(equals + 1);
      return [encodeBytes(decodeBytes(name), true), encodeBytes(decodeBytes(value), true)] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** What a header has that its canonical form hasn't. */
const SPARE_BLANKS = /^ | $| {2}|\t/;

function canonicalValues(values: readonly string[] = []): string {
  const [first = ""] = values;
  return values.length === 1 ? canonicalValue(first) : values.map(canonicalValue).join(",");
}

/** Trimmed, and inner blanks as one; only the ASCII ones, since a byte beyond them is part of a character here. */
function canonicalValue(value: string): string {
  return SPARE_BLANKS.test(value) ? value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "") : value;
}

/** RFC 3986 §5.2.4: without `.`, `..` and empty segments. */
function normalized(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const trailing = path.endsWith("/") && segments.length > 0 ? "/" : "";
  return `/${segments.join("/")}${trailing}`;
}

/** The same path whatever the sender chose to encode; an encoded slash stays one. */
function encodeOnce(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeBytes(decodeBytes(segment), true))
    .join("/");
}

/** Percent-encodes every byte but the unreserved ones (and `/` in paths). */
function encodeBytes(text: string, slashToo: boolean): string {
  const reserved = slashToo ? /[^A-Za-z0-9\-._~]/g : /[^A-Za-z0-9\-._~/]/g;
  return text.replace(
    reserved,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Percent-decodes into one character a byte; a `%` that starts no escape stays. */
function decodeBytes(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
