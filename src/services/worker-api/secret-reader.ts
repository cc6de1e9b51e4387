import type { KeptJob } from "../../core/jobs/types.ts";
import type { SecretReader } from "../../core/secrets/types.ts";

/** Who asks when this job does (P3.11): undefined when it runs no commands of the pipeline's, or isn't running. */
export function readerOf({ type, status, pipelineName, configuration }: KeptJob): SecretReader | undefined {
  if (type.owner !== "AWS" || status !== "InProgress") return undefined;
  switch (type.provider) {
    case "Commands":
      return { pipeline: pipelineName };
    case "CodeBuild": {
      const project = configuration.ProjectName;
      return { pipeline: pipelineName, ...(project !== undefined && { project }) };
    }
    default:
      return undefined;
  }
}
