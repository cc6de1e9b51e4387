import { isIP } from "node:net";
import { S3Error } from "./error.ts";

/** What a request is about: the service itself, a bucket, or an object. */
export type Address =
  | { readonly kind: "service" }
  | { readonly kind: "bucket"; readonly bucket: string }
  | { readonly kind: "object"; readonly bucket: string; readonly key: string };

/** AWS's limit, in bytes of UTF-8. */
const longestKey = 1024;
/** RFC 1035's, in characters. */
const longestHost = 253;

/**
 * Reads bucket and key from a path-style (`/bucket/key`) or virtual-hosted (`bucket.localhost`) request. The key is
 * taken as it is: `..` and empty segments mean nothing here, since no key ever names a file (attack A10).
 *
 * @param path as sent, percent-encoded
 * @param host Host header
 * @param publicHost host name under which the server is known
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function addressOf(path: string, host: string | undefined, publicHost: string): Address {
  const hosted = bucketOfHost(host, publicHost);
  const rest = path.slice(1);
  const slash = rest.indexOf("/");
  const [bucket, key] =
    hosted !== undefined
      ? [hosted, rest]
      : slash < 0
        ? [rest, ""]
        : [rest.slice(0, slash), rest.slice(slash + 1)];
  if (bucket === "") {
    if (key === "") return { kind: "service" };
    throw new S3Error("InvalidURI", "The path names no bucket before the key.");
  }
  const name = decode(bucket);
  return key === ""
    ? { kind: "bucket", bucket: name }
    : { kind: "object", bucket: name, key: checkedKey(decode(key)) };
}

/**
 * The bucket of `bucket.localhost`, `bucket.s3.…`, or of a name below the server's own public one; undefined for that
 * one itself, and for addresses.
 */
export function bucketOfHost(host: string | undefined, publicHost: string): string | undefined {
  const name = (host ?? "").replace(/:\d*$/, "").toLowerCase();
  const own = publicHost.toLowerCase();
  if (name === own || name.length > longestHost) return undefined;
  if (isIP(own) === 0 && name.endsWith(`.${own}`)) return name.slice(0, -own.length - 1);
  const [, bucket] = /^(.+?)\.(?:localhost|s3(?:[.-][a-z0-9.-]+)?)$/.exec(name) ?? [];
  return bucket;
}

/** @throws S3Error KeyTooLongError */
export function checkedKey(key: string): string {
  const size = Buffer.byteLength(key);
  if (size > longestKey) {
    throw new S3Error("KeyTooLongError", "Your key is too long", {
      details: { Size: String(size), MaxSizeAllowed: String(longestKey) },
    });
  }
  return key;
}

/** @throws S3Error InvalidURI when it isn't percent-encoded UTF-8, or holds NUL, which PostgreSQL can't (attack A10) */
export function decode(text: string): string {
  const decoded = decodeIfUtf8(text);
  if (decoded === undefined)
    throw new S3Error("InvalidURI", "Couldn't parse the specified URI: it is not percent-encoded UTF-8.");
  if (decoded.includes("\0")) throw new S3Error("InvalidURI", "A name can't hold the character NUL.");
  return decoded;
}

function decodeIfUtf8(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
