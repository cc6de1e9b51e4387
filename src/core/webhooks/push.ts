/** What a delivery of GitHub's push shape says (S1.13e, S1.35, S1.37). */
import type { ActionDefinition, SourceRevision } from "../engine/index.ts";
import { stringAt } from "./payload.ts";
import type { ObjectValue } from "./types.ts";

const COMMIT = /^(?:[\da-f]{40}|[\da-f]{64})$/;
const NO_COMMIT = /^0+$/;

/** Whether the body is a push as GitHub tells of it: an equal one is the same push, whatever its delivery is called. */
export function isPush(payload: ObjectValue): boolean {
  return [["ref"], ["before"], ["after"], ["repository", "full_name"]].every(
    (names) => stringAt(payload, ...names) !== undefined,
  );
}

export function isDeletion(payload: ObjectValue): boolean {
  return payload.get("deleted") === true || NO_COMMIT.test(stringAt(payload, "after") ?? "");
}

/** The commit that was pushed to the action's branch; undefined for a delivery that names none. */
export function pushedRevision(
  payload: ObjectValue,
  { configuration }: Pick<ActionDefinition, "configuration">,
): SourceRevision | undefined {
  const commit = stringAt(payload, "after")?.toLowerCase();
  if (commit === undefined || !COMMIT.test(commit) || NO_COMMIT.test(commit)) return undefined;
  const branch = configuration.Branch ?? configuration.BranchName;
  if (branch === undefined || stringAt(payload, "ref") !== `refs/heads/${branch}`) return undefined;
  const { Owner, Repo, FullRepositoryId } = configuration;
  const repository = FullRepositoryId ?? `${Owner}/${Repo}`;
  const named = stringAt(payload, "repository", "full_name");
  return named?.toLowerCase() === repository.toLowerCase() ? { revisionId: commit } : undefined;
}
