import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";

/**
 * A setting that came with the job. Without it the pipeline would have been refused: it was removed since (P0.9).
 *
 * @throws ProviderError ConfigurationError
 */
export function settingOf({ settings, actionTypeId: { category, provider } }: Job, name: string): string {
  const value = settings?.[name];
  if (value !== undefined) return value;
  throw new ProviderError(
    "ConfigurationError",
    `Missing: ${name}. See docs/providers.md#${category.toLowerCase()}-${provider.toLowerCase()}.`,
  );
}
