/** git goes where it was looked up and checked that it may go, and nowhere else (S9.2, attack A18). */
import { type Allowed, DestinationError, resolveDestination, UnknownHostError } from "../../network/index.ts";
import { ProviderError } from "../provider.ts";

/**
 * git settings that fix the host's addresses for one run: git looks nothing up by itself.
 * @param service as messages name it
 * @throws ProviderError for a destination that isn't allowed or isn't known
 */
export async function pinned(
  url: string,
  allowed: readonly Allowed[],
  service: string,
): Promise<Record<string, string>> {
  const { host, port, addresses } = await resolved(url, allowed, service);
  const list = addresses.map((address) =>
    address.kind() === "ipv6" ? `[${address.toString()}]` : address.toString(),
  );
  return { "http.curloptResolve": `${host}:${port}:${list.join(",")}` };
}

async function resolved(url: string, allowed: readonly Allowed[], service: string) {
  try {
    return await resolveDestination(new URL(url), allowed);
  } catch (error) {
    if (error instanceof DestinationError) throw new ProviderError("ConfigurationError", error.message);
    if (error instanceof UnknownHostError)
      throw new ProviderError("SystemUnavailable", `${service} could not be reached: ${error.message}`);
    throw error;
  }
}
