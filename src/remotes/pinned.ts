/** git goes where it was looked up and checked that it may go, and nowhere else (S9.2, attack A18). */
import { type Allowed, DestinationError, resolveDestination, type Way } from "../network/index.ts";
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
  const there = new URL(url);
  // git looks such a name up by itself, whatever it is told of the name without the dot.
  if (there.hostname.endsWith("."))
    throw new DestinationError(`The host ${there.hostname} must be written without the dot at its end.`);
  return { ...trusting(way), ...reaching(await resolveDestination(there, allowed, way)) };
}
