import type { ActionTypeId } from "./engine/index.ts";

/** Whether actions of a type fetch from a git host by a connection (P1.25). */
export function fetchesByConnection({
  category,
  owner,
  provider,
}: Partial<Pick<ActionTypeId, "category" | "owner" | "provider">>): boolean {
  return category === "Source" && owner === "AWS" && provider === "CodeStarSourceConnection";
}
