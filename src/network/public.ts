/** Which addresses belong to the public internet (S9.3). */
import ipaddr from "ipaddr.js";
import { type Address, isInside, parseRange, type Range } from "./range.ts";

const ELSEWHERE = ranges(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
  "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
  ":: ::1 fc00::/7 fe80::/10 fec0::/10 ff00::/8 100::/64 2001:db8::/32 2001::/23 64:ff9b:1::/48",
);

/** All of IPv6 that is handed out to be reached; what lies outside stands for something else, or for nothing yet. */
const GLOBAL = range("2000::/3");

/** What tells a machine in a cloud its secrets: a range never covers these (S9.4). */
const METADATA = ranges("169.254.169.254 169.254.170.2 fd00:ec2::254");

/** IPv6 that stands for an IPv4 address, and where in its bytes that is: NAT64 and 6to4. */
const CARRIERS = [
  { range: range("64:ff9b::/96"), at: 12 },
  { range: range("2002::/16"), at: 2 },
] as const;

export function isPublic(address: Address): boolean {
  const carried = carriedAddress(address);
  if (carried !== undefined) return isPublic(carried);
  if (address.kind() === "ipv6" && !isInside(address, GLOBAL)) return false;
  return !ELSEWHERE.some((one) => isInside(address, one));
}

export function isMetadata(address: Address): boolean {
  const carried = carriedAddress(address);
  return METADATA.some((one) => isInside(carried ?? address, one));
}

function carriedAddress(address: Address): Address | undefined {
  const carrier = CARRIERS.find((one) => isInside(address, one.range));
  if (carrier === undefined) return undefined;
  return ipaddr.fromByteArray(address.toByteArray().slice(carrier.at, carrier.at + 4));
}

function ranges(...texts: readonly string[]): Range[] {
  return texts.flatMap((text) => text.split(" ").map(range));
}

function range(text: string): Range {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`${text} is no range`);
  return parsed;
}
