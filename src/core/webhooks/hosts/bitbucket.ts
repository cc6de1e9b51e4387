/** Bitbucket Cloud's pushes (the providers' table of S7). */
import type { Change, Push } from "../../triggers/types.ts";
import { isList, isObject } from "../payload.ts";
import type { ObjectValue } from "../types.ts";
import { commitOf } from "./github.ts";
import { IncompleteError, needed, textAt, valueAt } from "./reading.ts";

/** @returns nothing for events that start nothing @throws IncompleteError */
export function bitbucketChanges(event: string, payload: ObjectValue): readonly Change[] {
  if (event !== "repo:push") return [];
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
