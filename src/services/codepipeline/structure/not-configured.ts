/** What an action or rule lacks on this server (providers.md P0.6 to P0.9). */
import type { KnownActionType } from "../known-action-types.ts";
import type { Finding, Subject, WorkersHere } from "./check.ts";
import { invalidAction } from "./findings.ts";

/**
 * @param named the type and where it stands, as the refusal begins
 * @param configuration of the action or rule
 */
export function checkConfigured(
  named: string,
  type: KnownActionType,
  configuration: Readonly<Record<string, string>>,
  { workers }: Subject,
): Finding {
  const missing = [...type.missing(configuration), ...missingTools(type, workers)];
  if (missing.length === 0) return undefined;
  const { category, provider } = type.id;
  return invalidAction(
    `${named} is not configured on this server. Missing: ${missing.join(", ")}. See docs/providers.md#${category.toLowerCase()}-${provider.toLowerCase()}.`,
  );
}

function missingTools(
  { tools }: KnownActionType,
  { tools: present, endpoint }: WorkersHere,
): readonly string[] {
  if (tools.length === 0) return [];
  if (present === undefined) return [`a worker (millrace worker --endpoint ${endpoint})`];
  return tools.filter((tool) => !present.has(tool));
}
