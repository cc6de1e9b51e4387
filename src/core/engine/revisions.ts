import type { ReportedRevision } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";

/**
 * Records what a source action delivered: once for the action, once for each output artifact. A retry of the action
 * delivers the same again (E1.7).
 */
export function recordRevision(
  draft: Draft,
  executionId: string,
  { name, outputs }: ActionDefinition,
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
    revisionChangeIdentifier: changeIdentifier,
    ...(created !== undefined && { created }),
  }));
  draft.save({
    ...execution,
    revisions: {
      ...execution.revisions,
      [name]: { ...execution.revisions[name], revisionId: revision, recorded: true },
    },
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
