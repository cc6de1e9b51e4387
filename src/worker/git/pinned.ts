import { DestinationError, UnknownHostError } from "../../network/index.ts";
import { pinned as pinnedHost, type Reachable } from "../../remotes/index.ts";
import { ProviderError } from "../provider.ts";
import { withRetries } from "../retry.ts";

export interface Pinning extends Reachable {
  /** As messages name it. */
  readonly service: string;
  readonly signal: AbortSignal;
}

/**
 * The same as of remotes/, with what a job fails with. A name that isn't known is looked up again: a resolver that is
 * away for a moment says the same as one that knows better (P0.11).
 *
 * @throws ProviderError for a destination that isn't allowed or isn't known
 */
export async function pinned(
  url: string,
  { service, signal, ...reachable }: Pinning,
): Promise<Record<string, string>> {
  try {
    return await withRetries(() => pinnedHost(url, reachable), {
      service,
      signal,
      isTransient: (error) => error instanceof UnknownHostError,
    });
  } catch (error) {
    if (error instanceof DestinationError) throw new ProviderError("ConfigurationError", error.message);
    throw error;
  }
}
