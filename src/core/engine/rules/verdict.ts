import type { ActionError } from "../command.ts";

/** How a rule that the engine decides itself ends (E9.5). */
export type RuleVerdict =
  | { readonly status: "Succeeded" }
  /** ConfigurationError: the rule couldn't be evaluated. */
  | { readonly status: "Failed"; readonly error: ActionError };

export function configurationError(message: string): ActionError {
  return { code: "ConfigurationError", message };
}
