/** Bitbucket Cloud (the providers' table of S7). */
import type { Change, PullRequestEvent, Push } from "../../triggers/types.ts";
import { isList, isObject } from "../payload.ts";
import type { ObjectValue } from "../types.ts";
import { commitOf } from "./github.ts";
import { IncompleteError, needed, textAt, valueAt } from "./reading.ts";

/** @returns nothing for events that start nothing @throws IncompleteError */
export function bitbucketChanges(event: string, payload: ObjectValue): readonly Change[] {
  if (event !== "repo:push") return requestsOf(event, payload);
  const repository = needed(payload, "repository", "full_name");
  const changes = valueAt(payload, "push", "changes");
  if (!isList(changes)) throw new IncompleteError(["push", "changes"]);
  return changes.flatMap((change) => (isObject(change) ? pushesOf(change, repository) : []));
}

/** Without `new` the ref was deleted. */
function pushesOf(change: ObjectValue, repository: string): Push[] {
  if (!isObject(valueAt(change, "new"))) return [];
  const refType = needed(change, "new", "type");
  const after = commitOf(needed(change, "new", "target", "hash"));
  if (refType !== "branch" && refType !== "tag") return [];
  if (after === undefined) throw new IncompleteError(["push", "changes", "new", "target", "hash"]);
  const before = commitOf(textAt(change, "old", "target", "hash"));
  if (before === after) return [];
  return [{ kind: "push", repository, refType, name: needed(change, "new", "name"), before, after }];
}

/** Merging isn't closing here: Bitbucket tells of it apart (S4.24). */
const EVENTS: Readonly<Record<string, PullRequestEvent>> = {
  "pullrequest:created": "OPEN",
  "pullrequest:updated": "UPDATED",
  "pullrequest:rejected": "CLOSED",
};

/** The first digits of a commit's id: Bitbucket tells no more of it. */
const SHORT = /^[\da-f]{7,64}$/;

function requestsOf(event: string, payload: ObjectValue): readonly Change[] {
  const kind = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  if (kind === undefined) return [];
  const id = needed(payload, "pullrequest", "id");
  const commit = needed(payload, "pullrequest", "source", "commit", "hash").toLowerCase();
  if (!SHORT.test(commit) || !/^\d{1,15}$/.test(id))
    throw new IncompleteError(["pullrequest", "source", "commit", "hash"]);
  const source = needed(payload, "pullrequest", "source", "branch", "name");
  const from = textAt(payload, "pullrequest", "source", "repository", "full_name");
  const to = textAt(payload, "pullrequest", "destination", "repository", "full_name");
  return [
    {
      kind: "pullRequest",
      repository: needed(payload, "repository", "full_name"),
      event: kind,
      id,
      title: textAt(payload, "pullrequest", "title") ?? "",
      source,
      target: needed(payload, "pullrequest", "destination", "branch", "name"),
      commit,
      targetCommit: undefined,
      fork: from === undefined || from.toLowerCase() !== to?.toLowerCase(),
      ref: `refs/heads/${source}`,
    },
  ];
}
