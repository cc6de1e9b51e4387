/** What an action or rule fails with when something that it needs is gone since its pipeline was accepted (P0.9). */
import type { ActionTypeId, JobFailure } from "./protocol.ts";

/** @param name of the setting or tool */
export function notConfigured(name: string, { category, provider }: ActionTypeId) {
  const anchor = `${category}-${provider}`.toLowerCase();
  return {
    type: "ConfigurationError",
    message: `Missing: ${name}. See docs/providers.md#${anchor}.`,
  } as const satisfies JobFailure;
}
