/** The action and rule types that simulated pipelines are made of. */
import type { BuiltInActionType } from "../../src/core/catalogue.ts";
import type { ActionTypeId } from "../../src/core/engine/index.ts";

const type = (category: string, owner: string, provider: string): ActionTypeId => ({
  category,
  owner,
  provider,
  version: "1",
});

export const SOURCE = type("Source", "AWS", "S3");
export const BUILD = type("Build", "AWS", "CodeBuild");
export const APPROVAL = type("Approval", "AWS", "Manual");
/** Its workers bring a job to its function, which answers by itself (P7.3). */
export const LAMBDA = type("Invoke", "AWS", "Lambda");
/** Its workers keep no lease (E3.15). */
export const CUSTOM = type("Build", "Custom", "Robot");
export const VARIABLE_CHECK = type("Rule", "AWS", "VariableCheck");
export const WINDOW = type("Rule", "AWS", "DeploymentWindow");
export const RULE = type("Rule", "AWS", "Commands");

export const POLLED = [SOURCE, BUILD, LAMBDA, CUSTOM, RULE];

export const BUILT_IN: readonly BuiltInActionType[] = [
  SOURCE,
  BUILD,
  LAMBDA,
  APPROVAL,
  VARIABLE_CHECK,
  WINDOW,
  RULE,
].map((id) => ({
  id,
  tier: 1,
  inputs: { minimum: 0, maximum: 5 },
  outputs: { minimum: 0, maximum: 5 },
  properties: [],
  outputVariables: [],
  defaultTimeoutMinutes: id === LAMBDA ? 24 * 60 : 60,
  needs: [],
  ...(id === LAMBDA && { byFunction: "parked" as const }),
}));
