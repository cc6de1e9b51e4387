/** git goes where it was looked up and checked that it may go, and nowhere else (S9.2, attack A18). */
import { type Allowed, resolveDestination } from "../network/index.ts";

/**
 * git settings that fix the host's addresses for one run: git looks nothing up by itself.
 * @throws DestinationError, UnknownHostError
 */
export async function pinned(url: string, allowed: readonly Allowed[]): Promise<Record<string, string>> {
  const { host, port, addresses } = await resolveDestination(new URL(url), allowed);
  const list = addresses.map((address) =>
    address.kind() === "ipv6" ? `[${address.toString()}]` : address.toString(),
  );
  return { "http.curloptResolve": `${host}:${port}:${list.join(",")}` };
}
