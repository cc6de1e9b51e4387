import type { GetPipelineInput, GetPipelineOutput } from "@aws-sdk/client-codepipeline";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { pollingDisabledAt } from "../../core/store/idle-pipelines.ts";
import { findPipelineHead } from "../../core/store/queries/pipelines.ts";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { pipelineNotFound } from "./errors.ts";
import { shownDeclarations } from "./shown-declarations.ts";

/**
 * The declaration of the version asked for (the latest, if none), and the pipeline's metadata as it is now.
 *
 * @throws PipelineNotFoundException, PipelineVersionNotFoundException
 * @see api.md §4, §10
 */
export const getPipeline = operation<Checked<GetPipelineInput>, GetPipelineOutput>("GetPipeline", {
  authorization: onPipeline(({ name }) => name),

  async handle({ name, version: asked }, call) {
    const pipeline = await findPipelineHead(call.core.store.read, call.scope, name);
    if (pipeline === undefined) throw pipelineNotFound(call, name);
    const version = asked ?? pipeline.version;
    const declaration = await shownDeclarations.get(call, pipeline.id, version);
    if (declaration === undefined) {
      throw new AwsError(
        "PipelineVersionNotFoundException",
        `Pipeline '${name}' does not have a version ${version}. Its latest version is ${pipeline.version}.`,
      );
    }
    const { store, ambient } = call.core;
    const disabled = await pollingDisabledAt(store.read, pipeline, ambient.now());
    return {
      pipeline: declaration,
      metadata: {
        pipelineArn: pipelineArn(call.scope, name),
        created: new Date(pipeline.created),
        updated: new Date(pipeline.updated),
        ...(disabled !== undefined && { pollingDisabledAt: new Date(disabled) }),
      },
    };
  },
});
