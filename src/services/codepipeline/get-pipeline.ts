import type { GetPipelineInput, GetPipelineOutput, PipelineDeclaration } from "@aws-sdk/client-codepipeline";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { pollingDisabledAt } from "../../core/store/idle-pipelines.ts";
import { findPipelineHead, type PipelineHead } from "../../core/store/queries/pipelines.ts";
import { lasting } from "../aws-json/encode.ts";
import { AwsError } from "../aws-json/error.ts";
import { type Call, operation } from "../aws-json/operation.ts";
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
    return answerOf(call, { ...pipeline, name, disabled }, declaration);
  },
});

interface Head extends PipelineHead {
  readonly name: string;
  /** When polling for it was disabled. */
  readonly disabled: number | undefined;
}

/** What was answered last, by the declaration in it: of the rest, these two alone may change. */
const lastAnswers = new WeakMap<
  PipelineDeclaration,
  Pick<Head, "updated" | "disabled"> & { readonly answer: GetPipelineOutput }
>();

/** @returns the same object as long as nothing changed, so that it is encoded once */
function answerOf(
  { scope }: Pick<Call, "scope">,
  { name, created, updated, disabled }: Head,
  declaration: PipelineDeclaration,
): GetPipelineOutput {
  const last = lastAnswers.get(declaration);
  if (last?.updated === updated && last.disabled === disabled) return last.answer;
  const answer = lasting({
    pipeline: declaration,
    metadata: {
      pipelineArn: pipelineArn(scope, name),
      created: new Date(created),
      updated: new Date(updated),
      ...(disabled !== undefined && { pollingDisabledAt: new Date(disabled) }),
    },
  });
  lastAnswers.set(declaration, { updated, disabled, answer });
  return answer;
}
