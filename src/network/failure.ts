import { DestinationError, UnknownHostError } from "./destination.ts";
import { OutgoingError } from "./outgoing-error.ts";

/**
 * Why a request brought no answer, without its URL, which may hold a secret.
 *
 * @param error thrown by `send`
 * @returns undefined for what isn't one of its own errors
 */
export function failureOf(error: unknown): string | undefined {
  if (error instanceof UnknownHostError) return "its host is not known";
  const isTold = error instanceof OutgoingError || error instanceof DestinationError;
  return isTold ? error.message : undefined;
}
