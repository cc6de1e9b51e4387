/** Who called, where proxies may stand in between (S1.26 to S1.29). */
import type { IncomingMessage } from "node:http";
import { type Address, isInside, parseAddress, type Range } from "../network/index.ts";

export interface Proxies {
  /** Only what these say of their callers is believed. */
  readonly trusted: readonly Range[];
  /** The header that they say it in; the other one is ignored always. */
  readonly header: "x-forwarded-for" | "forwarded";
}

/** Nobody is believed: the client is whoever connects. */
export const NO_PROXIES: Proxies = { trusted: [], header: "x-forwarded-for" };

export interface Client {
  /** Whose connection it is. */
  readonly peer: string;
  /** Whose request it is; undefined when a trusted proxy's header doesn't tell. */
  readonly address: Address | undefined;
}

/** More are an attempt to make us look for long. */
const MOST_ELEMENTS = 20;

export function clientOf(request: IncomingMessage, { trusted, header }: Proxies): Client {
  const peer = (request.socket.remoteAddress ?? "").replace(/%.*$/, "");
  const address = parseAddress(peer);
  if (address === undefined || !isTrusted(address)) return { peer, address };
  const values = request.headersDistinct[header];
  if (values === undefined) return { peer, address };
  const elements = header === "forwarded" ? forwardedFor(values) : forwardedList(values);
  return { peer, address: walk(elements) };

  /** From right to left: the first that isn't one of ours is the client; all ours, the leftmost. */
  function walk(given: readonly (string | undefined)[]): Address | undefined {
    if (given.length > MOST_ELEMENTS) return undefined;
    let last = address;
    for (const element of given.toReversed()) {
      last = element === undefined ? undefined : elementAddress(element);
      if (last === undefined || !isTrusted(last)) return last;
    }
    return last;
  }

  function isTrusted(one: Address): boolean {
    return trusted.some((range) => isInside(one, range));
  }
}

function forwardedList(values: readonly string[]): string[] {
  return values
    .join(",")
    .split(",")
    .map((element) => element.trim());
}

/** The `for` of each element of RFC 7239; undefined for an element without one, or one that can't be read. */
function forwardedFor(values: readonly string[]): (string | undefined)[] {
  return splitOutsideQuotes(values.join(","), ",").map((element) => {
    const pairs = splitOutsideQuotes(element, ";").map((pair) => /^\s*([\w-]+)=(.*?)\s*$/.exec(pair));
    const names = pairs.filter((pair) => pair?.[1]?.toLowerCase() === "for");
    return names.length === 1 ? unquoted(names[0]?.[2] ?? "") : undefined;
  });
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquoted(value: string): string {
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  return quoted === undefined ? value : quoted.replace(/\\(.)/g, "$1");
}

/** IPv4, IPv4:port, IPv6, [IPv6], [IPv6]:port. */
function elementAddress(element: string): Address | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(element)?.[1];
  if (bracketed !== undefined) return bracketed.includes(":") ? parseAddress(bracketed) : undefined;
  const withPort = /^([\d.]+):\d{1,5}$/.exec(element)?.[1];
  return parseAddress(withPort ?? element);
}
