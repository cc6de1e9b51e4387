/** Rule/CodeBuild: succeeds when a build of the project does; its artifacts aren't uploaded (P9). */
import type { Provider } from "../provider.ts";
import { PROJECT_SETTINGS } from "../providers/build-settings.ts";
import { RULE_PROPERTIES, runCodeBuild } from "../providers/codebuild.ts";
import { between } from "../providers/declare.ts";
import { rolesCount } from "../providers/roles-count.ts";
import { declareRule } from "./declare.ts";

export const codeBuildRule: Provider = {
  declaration: declareRule("CodeBuild", {
    inputs: between(0, 5),
    properties: RULE_PROPERTIES,
    besides: PROJECT_SETTINGS,
    defaultTimeoutMinutes: 480,
  }),
  usesRole: rolesCount,

  async run(job, tools) {
    const outcome = await runCodeBuild(job, tools);
    if (outcome.kind !== "done") return outcome;
    const { outputVariables: _, ...success } = outcome;
    return success;
  },
};
