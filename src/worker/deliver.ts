/** Repeats a call until it is delivered or refused. */
import { backoffMs, pause } from "./backoff.ts";
import { JobRefusedError } from "./protocol.ts";

export type Delivery =
  | { readonly kind: "delivered" | "abandoned" }
  | { readonly kind: "refused"; readonly by: Error };

/**
 * @param call safe to repeat
 * @param signal ends the trying: the job isn't ours any more
 * @param onFailure told of each failure that is tried again
 */
export async function deliver(
  call: () => Promise<void>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<Delivery> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await call();
      return { kind: "delivered" };
    } catch (error) {
      if (error instanceof JobRefusedError) {
        return { kind: "refused", by: error };
      }
      onFailure(error);
      await pause(backoffMs(failures), signal);
    }
  }
  return { kind: "abandoned" };
}
