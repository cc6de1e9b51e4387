import type { UpdatePipelineInput, UpdatePipelineOutput } from "@aws-sdk/client-codepipeline";
import { POLL_TOPIC } from "../../core/store/source-polls.ts";
import { operation } from "../aws-json/operation.ts";
import { passRole, pipelineNeed } from "./authorization.ts";
import type { Checked } from "./checked.ts";
import { useOfConnections } from "./connections.ts";
import { storedDeclaration } from "./declaration.ts";
import { resourceNotFound } from "./errors.ts";
import { drafting } from "./new-version.ts";
import { startsOfUpdate } from "./poll-starts.ts";
import { commanding } from "./refusals.ts";
import { rolesOf } from "./roles.ts";
import { shownDeclaration } from "./shown-declaration.ts";
import { requireDeclaration, requirePipeline } from "./stored.ts";
import { checkSurroundings } from "./surroundings.ts";

/**
 * Replaces the whole declaration and makes a new version of it, even when nothing changed. Only secrets given as
 * asterisks and an omitted pipelineType are kept. It starts what polls that are new with it find (S5.4).
 *
 * @throws ResourceNotFoundException, the errors of the structure checks (§5), LimitExceededException
 * @see api.md §6, §10; semantics.md E11 for what it does to running executions
 */
export const updatePipeline = operation<Checked<UpdatePipelineInput>, UpdatePipelineOutput>(
  "UpdatePipeline",
  {
    authorization: ({ pipeline }, call) => [
      pipelineNeed(call, pipeline.name),
      ...rolesOf(pipeline).map(passRole),
      ...useOfConnections(pipeline, call),
    ],

    async handle({ pipeline }, call) {
      const { core, scope } = call;
      const { name } = pipeline;
      const missing = () => resourceNotFound(scope.account, "pipeline", name);
      const present = await requirePipeline(call, name, missing);
      const draft = await drafting(call);
      const stored = await requireDeclaration(call, present);
      let made = draft(pipeline, stored);
      await checkSurroundings(call, made.declaration);
      const starts = await startsOfUpdate(call, present, stored, made.declaration);
      const build = (previous: Readonly<Record<string, unknown>>) => {
        made = draft(pipeline, storedDeclaration(previous));
        return made.version;
      };
      const update = () => core.commands.updatePipeline(scope, name, build, starts);
      const { version } = await commanding(call, name, update, missing);
      core.store.announce(POLL_TOPIC);
      return { pipeline: shownDeclaration(made.declaration, version, core.access) };
    },
  },
);
