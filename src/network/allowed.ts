/** Destinations that are allowed besides the public internet (S9.4). */
import { type Address, isInside, parseRange, type Range } from "./range.ts";

export type Allowed = { readonly port?: number } & (
  | { readonly host: string }
  /** Every name below it, not itself. */
  | { readonly domain: string }
  | { readonly range: Range }
);

/** `host`, `host:port`, `*.domain`, a range or address, `[range]:port` or `range:port`; undefined for what is none. */
export function parseAllowed(text: string): Allowed | undefined {
  const whole = parseRange(text.replace(/^\[(.*)\]$/, "$1"));
  if (whole !== undefined) return { range: whole };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const name = bracketed ?? plain;
  if (name === undefined || Number(port ?? 1) > 65_535 || port === "0") return undefined;
  const ofPort = port === undefined ? {} : { port: Number(port) };
  const range = parseRange(name);
  if (range !== undefined) return { ...ofPort, range };
  const [, star, host] = /^(\*\.)?([a-z\d_](?:[a-z\d._-]*[a-z\d_])?)$/.exec(name.toLowerCase()) ?? [];
  if (host === undefined || bracketed !== undefined) return undefined;
  return star === undefined ? { ...ofPort, host } : { ...ofPort, domain: host };
}

/** The entry that a URL in the operator's own settings stands for (P0.11). */
export function allowedByUrl(url: string): Allowed {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const range = parseRange(host);
  const ofPort = { port: portOf(url, port) };
  return range === undefined ? { ...ofPort, host } : { ...ofPort, range };
}

export function portOf(url: string, port: string): number {
  return port === "" ? (url.toLowerCase().startsWith("https:") ? 443 : 80) : Number(port);
}

/** Whether an entry names this host, whatever its address. @param host in lower case, without brackets */
export function namesHost(entry: Allowed, host: string, port: number): boolean {
  if (!ofPort(entry, port)) return false;
  if ("host" in entry) return entry.host === host;
  return "domain" in entry && host.endsWith(`.${entry.domain}`);
}

export function coversAddress(entry: Allowed, address: Address, port: number): boolean {
  return ofPort(entry, port) && "range" in entry && isInside(address, entry.range);
}

/** Whether an entry is of this address alone. */
export function isExactly(entry: Allowed, address: Address, port: number): boolean {
  if (!coversAddress(entry, address, port) || !("range" in entry)) return false;
  return entry.range.bits === (address.kind() === "ipv4" ? 32 : 128);
}

function ofPort({ port }: Allowed, wanted: number): boolean {
  return port === undefined || port === wanted;
}
