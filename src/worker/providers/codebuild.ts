/** Build/CodeBuild and Test/CodeBuild: a build of a project, by its buildspec (P2.13 to P2.17). */
import { buildLinks } from "../builds/build-names.ts";
import type { Job } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../provider.ts";
import { PROJECT_SETTINGS } from "./build-settings.ts";
import { readConfiguration } from "./codebuild-configuration.ts";
import { between, declare, optional, required } from "./declare.ts";
import { rolesCount } from "./roles-count.ts";

const SHARED = {
  provider: "CodeBuild",
  inputs: between(1, 5),
  outputs: between(0, 5),
  outputVariables: "dynamic",
  besides: PROJECT_SETTINGS,
  defaultTimeoutMinutes: 480,
} as const;

/** Batch builds are refused where the pipeline is written (P2.14). */
const BATCH = ["BatchEnabled", "CombineArtifacts"].map((name) => ({
  name,
  required: false,
  allowed: ["false"],
}));
const PROPERTIES = [
  ...required("ProjectName"),
  ...optional("EnvironmentVariables PrimarySource ServiceRoleArnOverride"),
  ...BATCH,
];
/** What rules of CodeBuild take (E9.15). */
export const RULE_PROPERTIES = PROPERTIES.filter(({ name }) => name !== "ServiceRoleArnOverride");

export const codeBuildBuild: Provider = {
  declaration: declare({
    ...SHARED,
    category: "Build",
    properties: [...PROPERTIES, ...optional("BuildspecOverride")],
  }),
  usesRole: rolesCount,
  run: runCodeBuild,
};

export const codeBuildTest: Provider = {
  declaration: declare({ ...SHARED, category: "Test", properties: PROPERTIES }),
  usesRole: rolesCount,
  run: runCodeBuild,
};

export async function runCodeBuild(job: Job, tools: Tools): Promise<Outcome> {
  const request = readConfiguration(job);
  const { ProjectName = "" } = job.configuration;
  const started = await tools.client.startBuild(job.id, job.nonce);
  if (started === undefined) {
    throw new ProviderError(
      "ConfigurationError",
      `Error calling startBuild: Project cannot be found: arn:aws:codebuild:${job.region}:${job.accountId}:project/${ProjectName}`,
    );
  }
  if (started.waits) {
    // Only shown; the server has said in the log what the build waits for.
    await tools.client.progress(job.id, buildLinks(job, started)).catch(() => undefined);
    return { kind: "left" };
  }
  // With the first build: what builds work with would only fill an idle worker's memory.
  const { runProject } = await import("../builds/index.ts");
  return await runProject(job, tools, started, request);
}
