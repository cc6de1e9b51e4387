/** Where this server's own requests go, and may go (S3.1, S9.4). */
import type { GitHubOptions } from "../core/github/index.ts";
import {
  type Allowed,
  DIRECT,
  parseAllowed,
  parseProxy,
  readAuthorities,
  type Way,
} from "../network/index.ts";
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
  way: DIRECT,
  version,
};

export interface OutgoingOptions {
  /**
   * What requests may reach besides the public internet by https: `host`, `host:port`, `*.domain`, `10.0.0.0/8`,
   * `10.0.0.0/8:8443` (S9.4). Default nothing.
   */
  readonly allowOutgoing?: readonly string[];
  /** A PEM file of certificates that requests trust besides the usual ones. */
  readonly caFile?: string;
  /** `http://[user:password@]host:port`: what requests to the public internet go through. Default none. */
  readonly proxy?: string;
}

/**
 * @param github the operator's own GitHub, which counts as allowed (P0.11)
 * @throws ConfigurationError
 */
export function outgoingSettings(
  { allowOutgoing = [], caFile, proxy }: OutgoingOptions,
  { apiUrl, url }: { readonly apiUrl?: string; readonly url?: string },
): Outgoing {
  const own = [apiUrl, url].flatMap((one) => (one === undefined ? [] : [placeOf(one)]));
  const entries = [...allowOutgoing, ...own];
  return {
    ...publicInternet,
    entries,
    allowed: entries.map(entryOf),
    way: {
      ...(caFile !== undefined && { authorities: authoritiesIn(caFile) }),
      ...(proxy !== undefined && { proxy: proxyOf(proxy) }),
    },
    ...(apiUrl !== undefined && { apiUrl }),
    ...(url !== undefined && { gitHubUrl: url }),
  };
}

function authoritiesIn(file: string): readonly string[] {
  try {
    return readAuthorities(file);
  } catch (error) {
    throw new ConfigurationError("caFile", error instanceof Error ? error.message : String(error));
  }
}

function proxyOf(text: string): NonNullable<Way["proxy"]> {
  const proxy = parseProxy(text);
  // It may hold a password.
  if (proxy === undefined)
    throw new ConfigurationError("proxy", "it must be a URL like http://user:password@proxy.example:3128");
  return proxy;
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
