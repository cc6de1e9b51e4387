/** Where this server's own requests go, and may go (S3.1, S9.4). */
import type { GitHubOptions } from "../core/github/index.ts";
import { type Allowed, parseAllowed } from "../network/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { version } from "./version.ts";

export interface Outgoing extends GitHubOptions {
  /** The base of GitHub's repositories, without a trailing slash. */
  readonly gitHubUrl: string;
  /** `allowed` as it is written: what workers are told. */
  readonly entries: readonly string[];
}

export const publicInternet: Outgoing = {
  apiUrl: "https://api.github.com",
  gitHubUrl: "https://github.com",
  allowed: [],
  entries: [],
  version,
};

/**
 * @param github the operator's own GitHub, which counts as allowed (P0.11)
 * @throws ConfigurationError
 */
export function outgoingSettings(
  allowOutgoing: readonly string[],
  { apiUrl, url }: { readonly apiUrl?: string; readonly url?: string },
): Outgoing {
  const own = [apiUrl, url].flatMap((one) => (one === undefined ? [] : [placeOf(one)]));
  const entries = [...allowOutgoing, ...own];
  return {
    ...publicInternet,
    entries,
    allowed: entries.map(entryOf),
    ...(apiUrl !== undefined && { apiUrl }),
    ...(url !== undefined && { gitHubUrl: url }),
  };
}

/** The entry that a URL of the operator's stands for: its host, at its port. */
function placeOf(text: string): string {
  const { host, port, protocol } = new URL(text);
  return port === "" ? `${host}:${protocol === "https:" ? 443 : 80}` : host;
}

function entryOf(text: string): Allowed {
  const entry = parseAllowed(text);
  if (entry === undefined)
    throw new ConfigurationError(
      "allowOutgoing",
      `each must be host, host:port, *.domain, a range like 10.0.0.0/8, or range:port, got '${text}'`,
    );
  return entry;
}
