/** What starts a pipeline from a connection's source that no trigger names (api.md §4.2). */
import { fetchesByConnection } from "../../core/fetches-by-connection.ts";
import type { GivenAction, GivenDeclaration } from "./declaration.ts";

type Trigger = NonNullable<GivenDeclaration["triggers"]>[number];

/** The triggers as given, and one for each source that detects changes by itself: every push to its branch. */
export function withDefaultTriggers({ triggers = [], stages }: GivenDeclaration): Trigger[] {
  const named = new Set(triggers.map(({ gitConfiguration }) => gitConfiguration.sourceActionName));
  const sources = (stages[0]?.actions ?? []).filter(
    (action) => detectsChanges(action) && !named.has(action.name),
  );
  return [...triggers, ...sources.map(everyPush)];
}

/** On when absent or `true` in any case; any other text switches it off (S4.11). */
export function detectsChanges({
  actionTypeId,
  configuration = {},
}: Pick<GivenAction, "actionTypeId" | "configuration">): boolean {
  const { DetectChanges = "true" } = configuration;
  return fetchesByConnection(actionTypeId) && DetectChanges.toLowerCase() === "true";
}

function everyPush({ name, configuration = {} }: GivenAction): Trigger {
  const { BranchName } = configuration;
  return {
    providerType: "CodeStarSourceConnection",
    gitConfiguration: {
      sourceActionName: name,
      ...(BranchName !== undefined && { push: [{ branches: { includes: [BranchName] } }] }),
    },
  };
}
