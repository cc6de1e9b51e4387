/** Compute/Commands: shell commands of the action itself, without a project (P4). */
import type { Job } from "../protocol.ts";
import type { Outcome, Provider, Tools } from "../provider.ts";
import { COMMANDS_SETTINGS } from "./build-settings.ts";
import { between, declare, optional } from "./declare.ts";

/** Accepted, and without effect here (P4.8). */
const WITHOUT_EFFECT = optional("VpcId Subnets SecurityGroupIds EnvironmentType");

/** Of actions and rules. */
export const COMMANDS_PROPERTIES = [...WITHOUT_EFFECT, ...optional("ComputeType")];

export const commands: Provider = {
  declaration: declare({
    category: "Compute",
    provider: "Commands",
    v2Only: true,
    inputs: between(0, 10),
    outputs: between(0, 1),
    properties: COMMANDS_PROPERTIES,
    outputVariables: "dynamic",
    besides: COMMANDS_SETTINGS,
    defaultTimeoutMinutes: 55,
  }),

  // It says itself what becomes of its role.
  usesRole: () => true,
  run: runCommands,
};

export async function runCommands(job: Job, tools: Tools): Promise<Outcome> {
  for (const { name } of WITHOUT_EFFECT) {
    const value = job.configuration[name];
    if (value !== undefined) tools.log.system(`[Millrace] ${name} ${value} has no effect here`);
  }
  // With the first job: what builds work with would only fill an idle worker's memory.
  const { runCommandsAction } = await import("../builds/index.ts");
  return await runCommandsAction(job, tools);
}
