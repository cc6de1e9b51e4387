/** Where this server's own requests go, and may go (S3.1, S9.4). */
import type { GitHubOptions } from "../core/github/index.ts";
import { type Allowed, allowedByUrl, parseAllowed } from "../network/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { version } from "./version.ts";

export type Outgoing = GitHubOptions;

export const publicInternet: Outgoing = { apiUrl: "https://api.github.com", allowed: [], version };

/**
 * @param github the operator's own GitHub, which counts as allowed (P0.11)
 * @throws ConfigurationError
 */
export function outgoingSettings(
  allowOutgoing: readonly string[],
  { apiUrl }: { readonly apiUrl?: string },
): Outgoing {
  const allowed = allowOutgoing.map(entryOf);
  if (apiUrl === undefined) return { ...publicInternet, allowed };
  return { apiUrl, allowed: [...allowed, allowedByUrl(apiUrl)], version };
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
