/** Triggers and execution modes (api.md §5.1; sources.md S4.2). */
import { type Check, type Finding, first, firstRepeated, placesOf, type Subject } from "./check.ts";
import { invalidStructure } from "./findings.ts";

type Trigger = NonNullable<Subject["declaration"]["triggers"]>[number];
type Filter = Partial<Record<"tags" | "branches" | "filePaths" | "events", unknown>>;

export const checkTriggers: Check = (subject) =>
  first([checkType, checkFilters, checkActions, checkMode].values().map((check) => check(subject)));

function checkType({ declaration }: Subject): Finding {
  const declares = (declaration.triggers ?? []).length > 0;
  return declares && declaration.pipelineType === "V1"
    ? invalidStructure("Triggers on tag can only be used with V2 pipelines")
    : undefined;
}

/** Tags alone, branches, or branches with file paths (S4.2). */
function checkFilters({ declaration }: Subject): Finding {
  const filters = (declaration.triggers ?? []).flatMap(filtersOf);
  return filters.every(isValidCombination)
    ? undefined
    : invalidStructure(
        "The trigger configuration for the source action is not valid. Make sure to choose valid filter combinations.",
      );
}

function filtersOf({ gitConfiguration: { push, pullRequest } }: Trigger): readonly Filter[] {
  return [...(push ?? []), ...(pullRequest ?? [])];
}

function isValidCombination({ tags, branches, filePaths, events }: Filter): boolean {
  if (tags !== undefined) return branches === undefined && filePaths === undefined;
  return branches !== undefined || (filePaths === undefined && events === undefined);
}

function checkActions({ declaration }: Subject): Finding {
  const triggers = declaration.triggers ?? [];
  const connections = new Set(
    placesOf(declaration)
      .filter(({ action }) => action.actionTypeId.provider === "CodeStarSourceConnection")
      .map(({ action }) => action.name),
  );
  const stray = triggers.find(({ gitConfiguration }) => !connections.has(gitConfiguration.sourceActionName));
  if (stray !== undefined) {
    return invalidStructure(
      `Triggers for connections must reference a CodeStarSourceConnection action. The following does not: ${stray.gitConfiguration.sourceActionName}`,
    );
  }
  const repeated = firstRepeated(triggers, ({ gitConfiguration }) => gitConfiguration.sourceActionName);
  return (
    repeated &&
    invalidStructure(
      `More than one trigger per source action is not allowed. The following action has more: ${repeated.gitConfiguration.sourceActionName}`,
    )
  );
}

function checkMode({ declaration: { executionMode, pipelineType } }: Subject): Finding {
  return executionMode !== "SUPERSEDED" && pipelineType === "V1"
    ? invalidStructure("QUEUED or PARALLEL mode can only be used with V2 pipelines")
    : undefined;
}
