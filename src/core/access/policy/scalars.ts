/** Numbers, dates and addresses, as policies and requests write them. */
import ipaddr from "ipaddr.js";

export function readNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
}

/** Epoch milliseconds of an ISO 8601 date in one of W3C's forms, or of seconds since the epoch. */
export function readDate(text: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** @returns whether an address is in the range; undefined where the text is no range and no address */
export function readAddress(text: string): ((address: string) => boolean) | undefined {
  const range = rangeOf(text);
  if (range === undefined) return undefined;
  const [first, bits] = range;
  return (given) => {
    if (!isAddress(given)) return false;
    const address = ipaddr.process(given);
    return address.kind() === first.kind() && address.match(first, bits);
  };
}

function rangeOf(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const [first = "", bits, ...more] = text.split("/");
  if (!isAddress(first) || more.length > 0) return undefined;
  const address = ipaddr.process(first);
  const most = address.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return [address, most];
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? [address, Number(bits)] : undefined;
}

/** Not what some readers take for one: `10.1`, `0x7f.1`. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}
