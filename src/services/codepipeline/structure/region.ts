/** Where actions and rules may run (api.md §5.3). */
import type { TypedActionCheck } from "./check.ts";
import { invalidAction } from "./findings.ts";
import type { RuleCheck } from "./rule-places.ts";
import { isRegion } from "./stores.ts";

export const checkRegion: TypedActionCheck = ({ action }, _type, { scope }) => {
  const { category, owner } = action.actionTypeId;
  if (action.region === undefined || action.region === scope.region) return undefined;
  if (category !== "Source" && owner === "AWS") return undefined;
  return invalidAction(
    `Action '${action.name}' is declared in region '${action.region}', but source, third-party and custom actions run in the region of the pipeline, '${scope.region}'.`,
  );
};

/** Hosts are made of it, where an endpoint is AWS's own (attack A18). Those of actions are among the artifact stores'. */
export const checkRuleRegion: RuleCheck = ({ rule: { name, region } }, _type, { scope }) =>
  region === undefined || isRegion(region, scope.region)
    ? undefined
    : invalidAction(`Rule '${name}' is declared in region '${region}', which is not a valid AWS Region.`);
