import type {
  ArtifactRevision,
  GetPipelineExecutionInput,
  GetPipelineExecutionOutput,
} from "@aws-sdk/client-codepipeline";
import type { ExecutionState } from "../../core/engine/index.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { commonMembers } from "./execution-summary.ts";
import { executionState, requireExecution, requirePipeline } from "./stored.ts";

/**
 * One execution: its status, variables and the revisions that its sources delivered.
 *
 * @throws PipelineNotFoundException, PipelineExecutionNotFoundException
 * @see api.md §11
 */
export const getPipelineExecution = operation<Checked<GetPipelineExecutionInput>, GetPipelineExecutionOutput>(
  "GetPipelineExecution",
  {
    authorization: onPipeline(({ pipelineName }) => pipelineName),

    async handle({ pipelineName, pipelineExecutionId }, call) {
      const pipeline = await requirePipeline(call, pipelineName);
      const state = executionState(await requireExecution(call, pipeline, pipelineExecutionId));
      return {
        pipelineExecution: {
          pipelineName,
          pipelineVersion: state.version,
          ...commonMembers(state),
          artifactRevisions: state.artifactRevisions.map(artifactRevision),
          ...variablesOf(state),
        },
      };
    },
  },
);

function variablesOf({ variables }: ExecutionState) {
  if (variables === undefined) return {};
  const resolved = Object.entries(variables).map(([name, resolvedValue]) => ({ name, resolvedValue }));
  return resolved.length === 0 ? {} : { variables: resolved };
}

function artifactRevision({
  created,
  ...revision
}: ExecutionState["artifactRevisions"][number]): ArtifactRevision {
  return { ...revision, ...(created !== undefined && { created: new Date(created) }) };
}
