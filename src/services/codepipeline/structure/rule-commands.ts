/** The commands of a Commands rule, and the rules that have none (P4.2, P9.1). */
import { accountOf, checkHereDocuments } from "./commands.ts";
import { invalidAction } from "./findings.ts";
import type { RuleCheck } from "./rule-places.ts";

export const checkRuleCommands: RuleCheck = ({ rule }, { id }, { declaration, scope }) => {
  const { commands = [], region, roleArn } = rule;
  if (id.provider !== "Commands") {
    if (rule.commands === undefined) return undefined;
    return invalidAction(
      `Rule '${rule.name}' declares commands, which rules of provider '${id.provider}' do not take.`,
    );
  }
  if (commands.length === 0) return invalidAction(`Rule ${rule.name} must have a non-empty commands field`);
  if (region !== undefined && region !== scope.region) {
    return invalidAction(
      `Rule '${rule.name}' runs commands in region '${region}'. Commands run in the region of the pipeline, '${scope.region}'.`,
    );
  }
  if (roleArn !== undefined && accountOf(roleArn) !== accountOf(declaration.roleArn)) {
    return invalidAction(
      `Rule '${rule.name}' runs commands with role '${roleArn}' of another account. Commands run in the account of the pipeline.`,
    );
  }
  return checkHereDocuments(`rule '${rule.name}'`, commands);
};
