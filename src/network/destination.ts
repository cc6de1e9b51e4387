/** Where a request may go, decided by every address that its host has (S9.1 to S9.4, attack A18). */
import dns from "node:dns/promises";
import { type Allowed, coversAddress, isExactly, namesHost, portOf } from "./allowed.ts";
import { isMetadata, isPublic } from "./public.ts";
import { type Address, parseAddress } from "./range.ts";
import { DIRECT, type HttpProxy, type Way } from "./way.ts";

interface Named {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
}

export interface ByAddress extends Named {
  /** All of the host's, each checked: connect to one of these, and look nothing up again. */
  readonly addresses: readonly [Address, ...Address[]];
}

/** The proxy looks the name up, and connects. */
export interface ByProxy extends Named {
  readonly proxy: HttpProxy;
}

export type Destination = ByAddress | ByProxy;

/** The request may not be made. Its message names the host and no address (S9.7). */
export class DestinationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DestinationError";
  }
}

/** The host has no address, or none that could be found in time. */
export class UnknownHostError extends Error {
  constructor(host: string) {
    super(`the host ${host} is not known`);
    this.name = "UnknownHostError";
  }
}

const LOOKUP_MS = 5_000;
/** Behind a proxy names outside are often not known: that isn't waited for long. */
const LOOKUP_BEFORE_PROXY_MS = 1_000;

/**
 * With a proxy, what is on the public internet is reached through it, and so are names that aren't known here: the proxy
 * is trusted with the rest (S9.7). What is allowed besides is inside, and reached without it.
 *
 * @throws DestinationError, UnknownHostError
 */
export async function resolveDestination(
  url: URL,
  allowed: readonly Allowed[],
  { proxy }: Way = DIRECT,
): Promise<Destination> {
  const { protocol, username, password } = url;
  if (protocol !== "https:" && protocol !== "http:")
    throw new DestinationError(`Requests to ${protocol}// are not made; use https.`);
  if (username !== "" || password !== "")
    throw new DestinationError(`The URL of ${url.hostname} must not hold a user or password.`);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const port = portOf(url.href, url.port);
  const [first, ...others] = await addressesOf(
    host,
    proxy === undefined ? LOOKUP_MS : LOOKUP_BEFORE_PROXY_MS,
  );
  const usual = protocol === "https:" && (port === 443 || port === 80);
  if (first === undefined) {
    if (proxy === undefined) throw new UnknownHostError(host);
    if (isInsideName(host) || !(usual || allowed.some((entry) => namesHost(entry, host, port))))
      throw notAllowed(host);
    return { host, port, proxy };
  }
  const addresses = [first, ...others] as const;
  for (const address of addresses) {
    if (!isAllowed(address)) throw notAllowed(host);
  }
  return proxy !== undefined && addresses.every(isPublic) ? { host, port, proxy } : { host, port, addresses };

  function isAllowed(address: Address): boolean {
    if (isMetadata(address)) return allowed.some((entry) => isExactly(entry, address, port));
    if (usual && isPublic(address)) return true;
    return allowed.some((entry) => namesHost(entry, host, port) || coversAddress(entry, address, port));
  }
}

export function proxyHeaders({ authorization }: HttpProxy): Record<string, string> {
  return authorization === undefined ? {} : { "proxy-authorization": authorization };
}

/** Names of this machine and of clouds' own services, whatever a proxy would make of them. */
function isInsideName(host: string): boolean {
  return /(^|\.)(localhost|internal|local)$/.test(host);
}

export function notAllowed(host: string): DestinationError {
  return new DestinationError(`The address of ${host} is not allowed; see --allow-outgoing.`);
}

async function addressesOf(host: string, limit: number): Promise<Address[]> {
  const literal = parseAddress(host);
  if (literal !== undefined) return [literal];
  const { promise: late, resolve } = Promise.withResolvers<[]>();
  const timer = setTimeout(() => resolve([]), limit);
  try {
    const found = await Promise.race([dns.lookup(host, { all: true }), late]);
    return found.flatMap(({ address }) => parseAddress(address) ?? []);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
