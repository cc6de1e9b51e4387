/** Addresses and ranges of addresses. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) counts as IPv4 (S1.30). */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface Range {
  readonly first: Address;
  readonly bits: number;
}

/** @returns undefined for what is no address in the usual spelling: zones, octal and short forms are none */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes("%") ? undefined : ipaddr.process(text);
}

/** `10.0.0.0/8`, or an address, which is a range of one. Bits beyond the prefix may be set and count for nothing. */
export function parseRange(text: string): Range | undefined {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const first = parseAddress(address);
  if (first === undefined) return undefined;
  const most = widthOf(first);
  if (prefix === undefined) return { first, bits: most };
  // A prefix of `::ffff:10.0.0.0` counts the 96 bits before the IPv4 address, too.
  const bits = Number(prefix) - (isIP(address) === 6 && most === 32 ? 96 : 0);
  return bits >= 0 && bits <= most ? { first, bits } : undefined;
}

export function isInside(address: Address, { first, bits }: Range): boolean {
  return address.kind() === first.kind() && address.match([first, bits] as [typeof address, number]);
}

function widthOf(address: Address): number {
  return address.kind() === "ipv4" ? 32 : 128;
}
