import type { Tag } from "@aws-sdk/client-codepipeline";
import { type Change, diff } from "./diff.ts";

export interface TagChanges {
  readonly changes: readonly Change[];
  readonly put: Tag[];
  readonly remove: string[];
}

/** Tags become exactly what is asked for; a document that says nothing of tags leaves them alone. */
export function tagChanges(before: readonly Tag[] = [], after: readonly Tag[] | undefined): TagChanges {
  if (after === undefined) return { changes: [], put: [], remove: [] };
  const present = byKey(before);
  const wanted = byKey(after);
  return {
    changes: diff(present, wanted, "tags"),
    put: after.filter(({ key = "", value }) => present[key] !== value),
    remove: Object.keys(present).filter((key) => !(key in wanted)),
  };
}

/** Sorted: the order of tags says nothing. */
function byKey(tags: readonly Tag[]): Record<string, string> {
  const entries = tags.map(({ key = "", value = "" }) => [key, value] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
