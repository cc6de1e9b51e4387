import type { CreateCustomActionTypeInput, PipelineDeclaration, Tag } from "@aws-sdk/client-codepipeline";
import { findPipeline } from "../../core/store/queries/pipelines.ts";
import { operation } from "../aws-json/operation.ts";
import { passRole, pipelineNeed } from "../codepipeline/authorization.ts";
import type { Checked } from "../codepipeline/checked.ts";
import { type PlannedConnection, useOfConnections } from "../codepipeline/connections.ts";
import { customActionType } from "../codepipeline/custom-action-type.ts";
import type { GivenDeclaration } from "../codepipeline/declaration.ts";
import { drafting } from "../codepipeline/new-version.ts";
import { rolesOf } from "../codepipeline/roles.ts";
import { shownDeclaration } from "../codepipeline/shown-declaration.ts";
import { requireDeclaration } from "../codepipeline/stored.ts";
import { findSurroundings, type PlannedBucket } from "../codepipeline/surroundings.ts";
import { checkTags } from "../codepipeline/tags.ts";

interface Input {
  readonly pipeline: GivenDeclaration;
  readonly tags?: readonly Checked<Tag>[];
  /** What the caller will make before the pipeline, as if it were there. */
  readonly plannedActionTypes?: readonly Checked<CreateCustomActionTypeInput>[];
  readonly plannedBuckets?: readonly PlannedBucket[];
  readonly plannedConnections?: readonly PlannedConnection[];
}

interface Output {
  /** With defaults filled in and secrets as `****`: what GetPipeline would answer. The version is the present one. */
  readonly pipeline: PipelineDeclaration;
  readonly exists: boolean;
}

/**
 * Judges a declaration as CreatePipeline, or UpdatePipeline where the pipeline exists, would; nothing is kept.
 *
 * @throws the errors of the structure checks (api.md §5), ValidationException, LimitExceededException,
 * InvalidTagsException, TooManyTagsException
 */
export const checkPipeline = operation<Input, Output>("CheckPipeline", {
  authorization: ({ pipeline }, call) => [
    pipelineNeed(call, pipeline.name),
    ...rolesOf(pipeline).map(passRole),
    ...useOfConnections(pipeline, call),
  ],

  async handle(
    { pipeline, tags, plannedActionTypes = [], plannedBuckets = [], plannedConnections = [] },
    call,
  ) {
    checkTags(tags);
    const present = await findPipeline(call.core.store.read, call.scope, pipeline.name);
    const stored = present && (await requireDeclaration(call, present));
    const draft = await drafting(call, plannedActionTypes.map(customActionType));
    const { declaration } = draft(pipeline, stored);
    await findSurroundings(call, declaration, { buckets: plannedBuckets, connections: plannedConnections });
    return {
      pipeline: shownDeclaration(declaration, present?.version ?? 1, call.core.access),
      exists: present !== undefined,
    };
  },
});
