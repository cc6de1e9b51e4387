import type { ActionTypeDeclaration } from "../provider.ts";
import { declare } from "../providers/declare.ts";

type Given = Pick<ActionTypeDeclaration, "properties"> &
  Partial<
    Pick<
      ActionTypeDeclaration,
      "inputs" | "tier" | "byFunction" | "settings" | "besides" | "defaultTimeoutMinutes"
    >
  >;

/** Rules give no artifacts and no variables, and have an hour unless their type has more (E9.14). */
export function declareRule(provider: string, given: Given): ActionTypeDeclaration {
  return declare({ category: "Rule", provider, v2Only: true, ...given });
}
