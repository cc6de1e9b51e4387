/** What git is told of the way that requests take from here (S9.6, S9.7). */
import type { Destination, Way } from "../network/index.ts";

/** git settings: which certificates it trusts. */
export function trusting({ bundle }: Way): Record<string, string> {
  return bundle === undefined ? {} : { "http.sslCAInfo": bundle };
}

/** git settings: where it connects to, without looking anything up itself. */
export function reaching(destination: Destination): Record<string, string> {
  // Told at once who asks: without a method git would first ask which there are.
  if ("proxy" in destination) return { "http.proxy": destination.proxy.url, "http.proxyAuthMethod": "basic" };
  const { host, port, addresses } = destination;
  const list = addresses.map((address) =>
    address.kind() === "ipv6" ? `[${address.toString()}]` : address.toString(),
  );
  return { "http.curloptResolve": `${host}:${port}:${list.join(",")}` };
}
