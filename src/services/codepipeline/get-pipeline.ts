import type { GetPipelineInput, GetPipelineOutput } from "@aws-sdk/client-codepipeline";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { findDeclaration } from "../../core/store/queries/pipelines.ts";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { shownDeclaration } from "./shown-declaration.ts";
import { parseDeclaration, requirePipeline } from "./stored.ts";

/**
 * The declaration of the version asked for (the latest, if none), and the pipeline's metadata as it is now.
 *
 * @throws PipelineNotFoundException, PipelineVersionNotFoundException
 * @see api.md §4, §10
 */
export const getPipeline = operation<Checked<GetPipelineInput>, GetPipelineOutput>("GetPipeline", {
  authorization: onPipeline(({ name }) => name),

  async handle({ name, version: asked }, call) {
    const { core, scope } = call;
    const pipeline = await requirePipeline(call, name);
    const version = asked ?? pipeline.version;
    const json = await findDeclaration(core.store.read, pipeline.id, version);
    if (json === undefined) {
      throw new AwsError(
        "PipelineVersionNotFoundException",
        `Pipeline '${name}' does not have a version ${version}. Its latest version is ${pipeline.version}.`,
      );
    }
    return {
      pipeline: shownDeclaration(parseDeclaration(json), version, core.access),
      metadata: {
        pipelineArn: pipelineArn(scope, name),
        created: new Date(pipeline.created),
        updated: new Date(pipeline.updated),
      },
    };
  },
});
