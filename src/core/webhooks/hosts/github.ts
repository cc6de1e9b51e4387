/** GitHub, GitHub Enterprise Server, Gitea and Forgejo (the providers' table of S7). */
import type { Change, PullRequestEvent } from "../../triggers/types.ts";
import { isObject } from "../payload.ts";
import type { ObjectValue } from "../types.ts";
import { pushOf } from "./push.ts";
import { IncompleteError, needed, textAt, valueAt } from "./reading.ts";

const ACTIONS: Readonly<Record<string, PullRequestEvent>> = {
  opened: "OPEN",
  reopened: "OPEN",
  ready_for_review: "OPEN",
  synchronize: "UPDATED",
  // Gitea's word.
  synchronized: "UPDATED",
  closed: "CLOSED",
};

/** @returns nothing for events that start nothing @throws IncompleteError */
export function gitHubChanges(event: string, payload: ObjectValue): readonly Change[] {
  if (event === "push") {
    const repository = needed(payload, "repository", "full_name");
    return pushOf(payload, repository, commitOf(textAt(payload, "head_commit", "id")));
  }
  return event === "pull_request" || event === "pull_request_sync" ? requestOf(payload) : [];
}

function requestOf(payload: ObjectValue): readonly Change[] {
  const event = eventOf(payload);
  if (event === undefined) return [];
  const head = (...path: string[]) => needed(payload, "pull_request", "head", ...path);
  const number = needed(payload, "pull_request", "number");
  const commit = commitOf(head("sha"));
  if (commit === undefined || !/^\d{1,15}$/.test(number)) throw new IncompleteError(["pull_request", "head"]);
  const from = textAt(payload, "pull_request", "head", "repo", "full_name");
  const to = textAt(payload, "pull_request", "base", "repo", "full_name");
  return [
    {
      kind: "pullRequest",
      repository: needed(payload, "repository", "full_name"),
      event,
      id: number,
      title: textAt(payload, "pull_request", "title") ?? "",
      source: head("ref"),
      target: needed(payload, "pull_request", "base", "ref"),
      commit,
      targetCommit: commitOf(textAt(payload, "pull_request", "base", "sha")),
      fork: from === undefined || from.toLowerCase() !== to?.toLowerCase(),
      ref: `refs/pull/${number}/head`,
    },
  ];
}

/** Of what is edited only another target branch counts (S4.24). */
function eventOf(payload: ObjectValue): PullRequestEvent | undefined {
  const action = needed(payload, "action");
  if (action === "edited") return isObject(valueAt(payload, "changes", "base")) ? "UPDATED" : undefined;
  return Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
}

export function commitOf(text: string | undefined): string | undefined {
  const id = text?.toLowerCase();
  return id !== undefined && /^(?:[\da-f]{40}|[\da-f]{64})$/.test(id) ? id : undefined;
}
