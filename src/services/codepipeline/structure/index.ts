/** The structure checks of CreatePipeline and UpdatePipeline (api.md §5): one error at a time, in AWS's order. */
import { checkActions } from "./actions.ts";
import { type Check, first, type Subject } from "./check.ts";
import { checkRules } from "./rules.ts";
import { checkStages } from "./stages.ts";
import { checkStores } from "./stores.ts";
import { checkTriggers } from "./triggers.ts";
import { checkVariables } from "./variables.ts";

const CHECKS: readonly Check[] = [
  checkStores,
  checkStages,
  checkActions,
  checkRules,
  checkVariables,
  checkTriggers,
];

/** @throws AwsError: the first thing that is wrong with the declaration */
export function checkStructure(subject: Subject): void {
  const finding = first(CHECKS.values().map((check) => check(subject)));
  if (finding !== undefined) throw finding;
}
