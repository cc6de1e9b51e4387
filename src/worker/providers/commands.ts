/** Compute/Commands: shell commands of the action itself, without a project (P4). */
import { runCommandsAction } from "../builds/index.ts";
import type { Provider } from "../provider.ts";
import { findSandbox } from "../sandbox/index.ts";
import { between, declare, optional } from "./declare.ts";

const WITHOUT_EFFECT = ["VpcId", "Subnets", "SecurityGroupIds", "ComputeType", "EnvironmentType"];

export const commands: Provider = {
  declaration: declare({
    category: "Compute",
    provider: "Commands",
    v2Only: true,
    inputs: between(0, 10),
    outputs: between(0, 1),
    properties: optional("VpcId Subnets SecurityGroupIds EnvironmentType ComputeType"),
    outputVariables: "dynamic",
    defaultTimeoutMinutes: 55,
  }),

  async run(job, tools) {
    for (const key of WITHOUT_EFFECT) {
      const value = job.configuration[key];
      if (value !== undefined) tools.log.system(`[Millrace] ${key} ${value} has no effect here`);
    }
    return await runCommandsAction(job, tools, await findSandbox());
  },
};
