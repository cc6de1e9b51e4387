/** Every rule type that Millrace knows, and what does those that are jobs (P9). */
import type { ActionTypeDeclaration, Provider } from "../provider.ts";
import { cloudWatchAlarm } from "./cloudwatch-alarm.ts";
import { codeBuildRule } from "./codebuild.ts";
import { commandsRule } from "./commands.ts";
import { declaredRules } from "./declared.ts";
import { lambdaInvoke } from "./lambda-invoke.ts";

/** Those that take jobs. */
export const rules: readonly Provider[] = [cloudWatchAlarm, codeBuildRule, commandsRule, lambdaInvoke];

export const ruleDeclarations: readonly ActionTypeDeclaration[] = [
  ...rules.map(({ declaration }) => declaration),
  ...declaredRules,
];
