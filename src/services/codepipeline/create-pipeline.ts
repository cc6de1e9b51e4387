import type { CreatePipelineInput, CreatePipelineOutput } from "@aws-sdk/client-codepipeline";
import { PipelineNotStoredError } from "../../core/commands/types.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import type { Scope } from "../../core/scope.ts";
import { findPipeline } from "../../core/store/queries/pipelines.ts";
import { POLL_TOPIC } from "../../core/store/source-polls.ts";
import type { OperationNeed } from "../aws-json/authorization.ts";
import { AwsError } from "../aws-json/error.ts";
import { type Call, operation } from "../aws-json/operation.ts";
import { actionArn, stageArn } from "./arn.ts";
import { passRole, withTags } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { useOfConnections } from "./connections.ts";
import type { GivenDeclaration } from "./declaration.ts";
import { drafting } from "./new-version.ts";
import { firstStarts } from "./poll-starts.ts";
import { rolesOf } from "./roles.ts";
import { shownDeclaration } from "./shown-declaration.ts";
import { checkSurroundings } from "./surroundings.ts";
import { checkTags } from "./tags.ts";

/**
 * Stores a pipeline and starts it: once, or once for each source that polls.
 *
 * @throws PipelineNameInUseException, the errors of the structure checks (§5), LimitExceededException,
 * InvalidTagsException, TooManyTagsException
 * @see api.md §10
 */
export const createPipeline = operation<Checked<CreatePipelineInput>, CreatePipelineOutput>(
  "CreatePipeline",
  {
    authorization: ({ pipeline, tags }, call) => [
      ...withTags({ resource: pipelineArn(call.scope, pipeline.name) }, tags),
      ...partsOf(call.scope, pipeline),
      ...rolesOf(pipeline).map(passRole),
      ...useOfConnections(pipeline, call),
    ],

    async handle({ pipeline, tags: given }, call) {
      const { core, scope } = call;
      const tags = checkTags(given);
      if (await findPipeline(core.store.read, scope, pipeline.name)) throw nameInUse(call, pipeline.name);
      const { declaration, version } = (await drafting(call))(pipeline);
      await checkSurroundings(call, declaration);
      const starts = await firstStarts(call, declaration);
      const stored = await storing(call, pipeline.name, () =>
        core.commands.createPipeline(scope, version, tags, starts),
      );
      core.store.announce(POLL_TOPIC);
      return {
        pipeline: shownDeclaration(declaration, stored.version, core.access),
        ...(given !== undefined && given.length > 0 && { tags: given }),
      };
    },
  },
);

async function storing<T>(call: Call, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineNotStoredError) throw notStored(call, name, error);
    throw error;
  }
}

function notStored(call: Call, name: string, { reason, message }: PipelineNotStoredError): AwsError {
  switch (reason) {
    case "nameInUse":
      return nameInUse(call, name);
    case "tooManyPipelines":
      return new AwsError("LimitExceededException", message);
  }
}

function nameInUse(call: Call, name: string): AwsError {
  return new AwsError(
    "PipelineNameInUseException",
    `A pipeline with the name '${name}' already exists in account '${call.scope.account}'`,
  );
}

/** Its stages and actions, which carry no tags of the request: what denies them, denies the pipeline (§9.2). */
function partsOf(scope: Scope, { name, stages }: GivenDeclaration): OperationNeed[] {
  return stages.flatMap((stage) =>
    [
      stageArn(scope, name, stage.name),
      ...stage.actions.map((action) => actionArn(scope, name, stage.name, action.name)),
    ].map((resource) => ({ resource, deniesOnly: true as const })),
  );
}
