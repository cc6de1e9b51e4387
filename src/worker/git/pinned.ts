/** git goes where it was looked up and checked that it may go, and nowhere else (S9.2, attack A18). */
import {
  type Allowed,
  type Destination,
  DestinationError,
  resolveDestination,
  UnknownHostError,
} from "../../network/index.ts";
import { ProviderError } from "../provider.ts";
import { withRetries } from "../retry.ts";

export interface Pinning {
  readonly allowed: readonly Allowed[];
  /** As messages name it. */
  readonly service: string;
  readonly signal: AbortSignal;
}

/**
 * git settings that fix the host's addresses for one run: git looks nothing up by itself. A name that isn't known is
 * looked up again: a resolver that is away for a moment says the same as one that knows better (P0.11).
 *
 * @throws ProviderError for a destination that isn't allowed or isn't known
 */
export async function pinned(url: string, pinning: Pinning): Promise<Record<string, string>> {
  const { host, port, addresses } = await resolved(url, pinning);
  const list = addresses.map((address) =>
    address.kind() === "ipv6" ? `[${address.toString()}]` : address.toString(),
  );
  return { "http.curloptResolve": `${host}:${port}:${list.join(",")}` };
}

async function resolved(url: string, { allowed, service, signal }: Pinning): Promise<Destination> {
  try {
    return await withRetries(() => resolveDestination(new URL(url), allowed), {
      service,
      signal,
      isTransient: (error) => error instanceof UnknownHostError,
    });
  } catch (error) {
    if (error instanceof DestinationError) throw new ProviderError("ConfigurationError", error.message);
    throw error;
  }
}
