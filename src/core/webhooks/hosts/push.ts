/** A push as GitHub, GitLab and Gitea tell of it: one ref, and the commits before and after. */
import type { Push } from "../../triggers/types.ts";
import type { ObjectValue } from "../types.ts";
import { commitAt, needed } from "./reading.ts";

/**
 * @param commit where the payload says which commit a tag is of: `after` may be the tag itself (S4.15)
 * @returns nothing for deletions, pushes without change, and refs that are neither branch nor tag (S4.14, S4.16)
 * @throws IncompleteError
 */
export function pushOf(payload: ObjectValue, repository: string, commit: string | undefined): Push[] {
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/s.exec(needed(payload, "ref")) ?? [];
  const before = commitAt(payload, "before");
  const after = commitAt(payload, "after");
  if (kind === undefined || after === undefined || before === after) return [];
  if (kind === "heads") return [{ kind: "push", repository, refType: "branch", name, before, after }];
  // A tag of something that is no commit starts nothing.
  return commit === undefined
    ? []
    : [{ kind: "push", repository, refType: "tag", name, before, after: commit }];
}
