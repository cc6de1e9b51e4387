import type { DeletePipelineInput } from "@aws-sdk/client-codepipeline";
import { operation } from "../aws-json/operation.ts";
import { onPipeline } from "./authorization.ts";
import type { Checked } from "./checked.ts";

/**
 * Ends what runs and removes the pipeline with its versions, tags and history. What isn't there is deleted already.
 *
 * @see api.md §10; semantics.md E11.7
 */
export const deletePipeline = operation<Checked<DeletePipelineInput>, void>("DeletePipeline", {
  authorization: onPipeline(({ name }) => name),

  async handle({ name }, { core, scope }) {
    await core.commands.deletePipeline(scope, name);
  },
});
