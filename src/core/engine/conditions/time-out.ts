import type { RuleDefinition } from "../definition.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

/** How long a rule may take, in minutes (E9.14). */
export function ruleTimeoutMinutes(
  { timeoutMinutes, type }: RuleDefinition,
  configuration: Readonly<Record<string, string>>,
): number {
  if (timeoutMinutes !== undefined) return timeoutMinutes;
  switch (type.provider) {
    case "DeploymentWindow":
      return 30 * DAY;
    case "CodeBuild":
      return 8 * HOUR;
    case "CloudWatchAlarm":
      return waitTime(configuration.WaitTime) + HOUR;
    default:
      return HOUR;
  }
}

/** A text that is no number of minutes is the provider's to refuse. */
function waitTime(text = "0"): number {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : 0;
}
