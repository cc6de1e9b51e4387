import type { DeletePipelineInput } from "@aws-sdk/client-codepipeline";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { operation } from "../aws-json/operation.ts";
import type { Checked } from "./checked.ts";

/**
 * Ends what runs and removes the pipeline with its versions, tags and history. What isn't there is deleted already.
 *
 * @see api.md §10; semantics.md E11.7
 */
export const deletePipeline = operation<Checked<DeletePipelineInput>, void>("DeletePipeline", {
  resources: ({ name }, { scope }) => [pipelineArn(scope, name)],

  async handle({ name }, { core, scope }) {
    await core.commands.deletePipeline(scope, name);
  },
});
