/** GitLab, its own and others' (the providers' table of S7). */
import type { Change, PullRequestEvent } from "../../triggers/types.ts";
import { isObject } from "../payload.ts";
import type { ObjectValue } from "../types.ts";
import { commitOf } from "./github.ts";
import { pushOf } from "./push.ts";
import { IncompleteError, needed, textAt, valueAt } from "./reading.ts";

const ACTIONS: Readonly<Record<string, PullRequestEvent>> = {
  open: "OPEN",
  reopen: "OPEN",
  close: "CLOSED",
  merge: "CLOSED",
};

/** @returns nothing for events that start nothing @throws IncompleteError */
export function gitLabChanges(event: string, payload: ObjectValue): readonly Change[] {
  const repository = () => needed(payload, "project", "path_with_namespace");
  if (event === "Push Hook" || event === "Tag Push Hook")
    return pushOf(payload, repository(), commitOf(textAt(payload, "checkout_sha")));
  if (event !== "Merge Request Hook") return [];
  const kind = eventOf(payload);
  if (kind === undefined) return [];
  const of = (...path: string[]) => needed(payload, "object_attributes", ...path);
  const id = of("iid");
  const commit = commitOf(of("last_commit", "id"));
  if (commit === undefined || !/^\d{1,15}$/.test(id))
    throw new IncompleteError(["object_attributes", "last_commit", "id"]);
  return [
    {
      kind: "pullRequest",
      repository: repository(),
      event: kind,
      id,
      title: textAt(payload, "object_attributes", "title") ?? "",
      source: of("source_branch"),
      target: of("target_branch"),
      commit,
      targetCommit: undefined,
      fork: of("source_project_id") !== of("target_project_id"),
      ref: `refs/merge-requests/${id}/head`,
    },
  ];
}

/** An update counts with new commits, or another target branch (S4.24). */
function eventOf(payload: ObjectValue): PullRequestEvent | undefined {
  const action = needed(payload, "object_attributes", "action");
  if (action === "update") {
    const moved =
      commitOf(textAt(payload, "object_attributes", "oldrev")) !== undefined ||
      isObject(valueAt(payload, "changes", "target_branch"));
    return moved ? "UPDATED" : undefined;
  }
  return Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
}
