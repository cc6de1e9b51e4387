import type { UpdatePipelineInput, UpdatePipelineOutput } from "@aws-sdk/client-codepipeline";
import { PipelineMissingError } from "../../core/commands/types.ts";
import { findPipeline } from "../../core/store/queries/pipelines.ts";
import { operation } from "../aws-json/operation.ts";
import { pipelineArn } from "./arn.ts";
import type { Checked } from "./checked.ts";
import { type Declaration, storedDeclaration } from "./declaration.ts";
import { resourceNotFound } from "./errors.ts";
import { checkSurroundings, drafting } from "./new-version.ts";
import { shownDeclaration } from "./shown-declaration.ts";
import { requireDeclaration } from "./stored.ts";

/**
 * Replaces the whole declaration and makes a new version of it, even when nothing changed. Only secrets given as
 * asterisks and an omitted pipelineType are kept.
 *
 * @throws ResourceNotFoundException, the errors of the structure checks (§5), LimitExceededException
 * @see api.md §6, §10; semantics.md E11 for what it does to running executions
 */
export const updatePipeline = operation<Checked<UpdatePipelineInput>, UpdatePipelineOutput>(
  "UpdatePipeline",
  {
    resources: ({ pipeline }, { scope }) => [pipelineArn(scope, pipeline.name)],

    async handle({ pipeline }, call) {
      const { core, scope } = call;
      const { name } = pipeline;
      const present = await findPipeline(core.store.read, scope, name);
      if (present === undefined) throw resourceNotFound(call, "pipeline", name);
      const draft = await drafting(call);
      await checkSurroundings(call, draft(pipeline, await requireDeclaration(call, present)).declaration);
      let declaration: Declaration | undefined;
      const stored = await core.commands
        .updatePipeline(scope, name, (previous) => {
          const made = draft(pipeline, storedDeclaration(previous));
          declaration = made.declaration;
          return made.version;
        })
        .catch((error) =>
          Promise.reject(
            error instanceof PipelineMissingError ? resourceNotFound(call, "pipeline", name) : error,
          ),
        );
      return declaration ? { pipeline: shownDeclaration(declaration, stored.version, core.access) } : {};
    },
  },
);
