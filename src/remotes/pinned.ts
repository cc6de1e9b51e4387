/** git goes where it was looked up and checked that it may go, and nowhere else (S9.2, attack A18). */
import { type Allowed, resolveDestination, type Way } from "../network/index.ts";
import { reaching, trusting } from "./way.ts";

export interface Reachable {
  readonly allowed: readonly Allowed[];
  readonly way: Way;
}

/**
 * git settings that fix the host's addresses for one run, or the proxy: git looks nothing up by itself.
 * @throws DestinationError, UnknownHostError
 */
export async function pinned(url: string, { allowed, way }: Reachable): Promise<Record<string, string>> {
  return { ...trusting(way), ...reaching(await resolveDestination(new URL(url), allowed, way)) };
}
