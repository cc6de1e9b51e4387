import type { ReportedRevision } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import { own } from "./records.ts";
import type { ExecutionState } from "./state.ts";

/**
 * What a source action delivered: what its job reports, else the revision that the execution is bound to. Undefined
 * for other actions, and where neither is known.
 */
export function deliveredRevision(
  execution: ExecutionState,
  { name, type }: ActionDefinition,
  reported: ReportedRevision | undefined,
): ReportedRevision | undefined {
  if (type.category !== "Source" || reported !== undefined) return reported;
  const { revisionId, changeId } = own(execution.revisions, name) ?? {};
  if (revisionId === undefined) return undefined;
  return { revision: revisionId, changeIdentifier: changeId ?? revisionId };
}

/**
 * Records what a source action delivered: once for the action, once for each output artifact. A retry of the action
 * delivers the same again (E1.7).
 */
export function recordRevision(
  draft: Draft,
  executionId: string,
  { name, type, outputs }: ActionDefinition,
  { revision, changeIdentifier, created, revisionSummary, revisionUrl }: ReportedRevision,
): void {
  const execution = draft.execution(executionId);
  const shown = {
    revisionId: revision,
    ...(revisionSummary !== undefined && { revisionSummary }),
    ...(revisionUrl !== undefined && { revisionUrl }),
  };
  const artifacts = outputs.map((output) => ({
    name: output.name,
    ...shown,
    ...(hasChanges(type) && {
      revisionChangeIdentifier: changeIdentifier,
      ...(created !== undefined && { created }),
    }),
  }));
  const revisions = {
    ...execution.revisions,
    [name]: {
      ...own(execution.revisions, name),
      revisionId: revision,
      changeId: changeIdentifier,
      recorded: true as const,
    },
  };
  // A rollback goes on telling its target's (E8.5).
  if (execution.type === "ROLLBACK") {
    draft.save(execution, { revisions });
    return;
  }
  draft.save(execution, {
    revisions,
    sourceRevisions: [
      ...execution.sourceRevisions.filter(({ actionName }) => actionName !== name),
      { actionName: name, ...shown },
    ],
    artifactRevisions: [
      ...execution.artifactRevisions.filter((known) => !outputs.some((output) => output.name === known.name)),
      ...artifacts,
    ],
  });
}

/** A version of an object is no change of something: AWS shows its id and its summary, and no more (api.md §11). */
function hasChanges({ owner, provider }: ActionDefinition["type"]): boolean {
  return owner !== "AWS" || provider !== "S3";
}
