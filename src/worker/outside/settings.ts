import { notConfigured } from "../not-configured.ts";
import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";

/**
 * A setting that came with the job. Without it the pipeline would have been refused: it was removed since (P0.9).
 *
 * @throws ProviderError ConfigurationError
 */
export function settingOf({ settings, actionTypeId }: Job, name: string): string {
  const value = settings?.[name];
  if (value !== undefined) return value;
  const { type, message } = notConfigured(name, actionTypeId);
  throw new ProviderError(type, message);
}
