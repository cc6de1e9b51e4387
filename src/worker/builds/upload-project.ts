import { collectFiles } from "./collect/collect.ts";
import { withVariables } from "./glob-variables.ts";
import type { PreparedBuild } from "./prepare-project.ts";
import { assignArtifacts } from "./project-artifacts.ts";
import type { ProjectContext } from "./project-context.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/**
 * UPLOAD_ARTIFACTS: packs and uploads what the buildspec's artifacts name.
 *
 * @param values of the variables in paths
 * @throws PhaseFailure, ProviderError
 */
export async function uploadProjectArtifacts(
  context: ProjectContext,
  { buildspec, folder }: Pick<PreparedBuild, "buildspec" | "folder">,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const { job, tools, started, sandbox, log } = context;
  const assigned = assignArtifacts(buildspec, job.outputArtifacts, log);
  for (const { output, spec } of assigned) {
    const files = await collectFiles(withVariables(spec, values), {
      sourceFolder: folder,
      sandbox,
      log,
    });
    await uploadArtifact(output, files, tools, {
      metadata: { "codebuild-buildarn": started.buildArn },
      withDigest: assigned.length === 1,
    });
  }
}
