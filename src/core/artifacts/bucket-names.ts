import { isIPv4 } from "node:net";

/** First segments of the listener's own paths: a bucket of such a name could never be reached by its path. */
export const reservedBucketNames: readonly string[] = [
  "git",
  "webhooks",
  "logs",
  "events",
  "explain",
  "console",
  "healthz",
  "readyz",
  "metrics",
];

/**
 * Why a bucket can't have this name (Amazon S3 user guide, "General purpose bucket naming rules"), undefined when it can.
 */
export function bucketNameProblem(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return "it must have 3 to 63 characters";
  if (!/^[a-z0-9.-]+$/.test(name)) return "only lower-case letters, digits, dots and hyphens are allowed";
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return "it must begin and end with a letter or a digit";
  if (name.includes("..")) return "two dots in a row are not allowed";
  if (isIPv4(name)) return "it must not look like an IP address";
  if (reservedBucketNames.includes(name)) return "this server uses it for paths of its own";
  return undefined;
}
