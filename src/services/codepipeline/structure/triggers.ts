/** Triggers and execution modes (api.md §5.1; sources.md S4.2 to S4.4). */
import { readGlob } from "../../../core/triggers/index.ts";
import { PatternError } from "../../../matching/index.ts";
import { isEveryPush } from "../connection-trigger.ts";
import { type Check, type Finding, first, firstRepeated, placesOf, type Subject } from "./check.ts";
import { invalidStructure } from "./findings.ts";

type Trigger = NonNullable<Subject["declaration"]["triggers"]>[number];
type PushFilter = NonNullable<Trigger["gitConfiguration"]["push"]>[number];
type PullRequestFilter = NonNullable<Trigger["gitConfiguration"]["pullRequest"]>[number];
type Criteria = NonNullable<PushFilter["branches"]>;

export const checkTriggers: Check = (subject) =>
  first(
    [checkType, checkFilters, checkActions, checkPatterns, checkMode].values().map((check) => check(subject)),
  );

function checkType({ declaration }: Subject): Finding {
  const declares = (declaration.triggers ?? []).length > 0;
  return declares && declaration.pipelineType === "V1"
    ? invalidStructure("Triggers on tag can only be used with V2 pipelines")
    : undefined;
}

function checkFilters({ declaration }: Subject): Finding {
  const git = (declaration.triggers ?? []).map(({ gitConfiguration }) => gitConfiguration);
  const isValid = git.every(
    ({ push = [], pullRequest = [] }) => push.every(isValidPush) && pullRequest.every(isValidRequest),
  );
  return isValid
    ? undefined
    : invalidStructure(
        "The trigger configuration for the source action is not valid. Make sure to choose valid filter combinations.",
      );
}

/** Tags alone, branches, or branches with file paths (S4.2, S4.3). */
function isValidPush({ tags, branches, filePaths }: PushFilter): boolean {
  if (tags !== undefined) return branches === undefined && filePaths === undefined && isFilled(tags);
  return branches !== undefined && isFilled(branches) && isFilled(filePaths);
}

/** Branches, or branches with file paths, with events or without; events alone. */
function isValidRequest({ events, branches, filePaths }: PullRequestFilter): boolean {
  if (branches === undefined) return events !== undefined && filePaths === undefined;
  return isFilled(branches) && isFilled(filePaths);
}

/** Criteria that name nothing would mean everything, or nothing: nobody can tell. */
function isFilled(criteria: Criteria | undefined): boolean {
  return criteria === undefined || criteria.includes !== undefined || criteria.excludes !== undefined;
}

/** S4.4. */
function checkPatterns({ declaration }: Subject): Finding {
  const branches = new Map(
    placesOf(declaration).map(({ action }) => [action.name, action.configuration.BranchName]),
  );
  for (const trigger of declaration.triggers ?? []) {
    const { sourceActionName } = trigger.gitConfiguration;
    if (isEveryPush(trigger, branches.get(sourceActionName))) continue;
    const wrong = patternsOf(trigger).find((pattern) => !isGlob(pattern));
    if (wrong !== undefined)
      return invalidStructure(
        `The pattern '${wrong}' in the trigger for action '${sourceActionName}' is not a valid glob.`,
      );
  }
  return undefined;
}

function patternsOf({ gitConfiguration: { push = [], pullRequest = [] } }: Trigger): string[] {
  const criteria = [
    ...push.flatMap(({ tags, branches, filePaths }) => [tags, branches, filePaths]),
    ...pullRequest.flatMap(({ branches, filePaths }) => [branches, filePaths]),
  ];
  return criteria.flatMap((one) => [...(one?.includes ?? []), ...(one?.excludes ?? [])]);
}

function isGlob(pattern: string): boolean {
  try {
    readGlob(pattern);
    return true;
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
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
