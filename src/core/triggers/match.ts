/** Whether a change is one that a trigger is for (S4.5 to S4.14): pure, and without the changed paths as far as it goes. */
import { readRemembered } from "./remembered.ts";
import type { Change, ConnectionTrigger, Criteria, PullRequestFilter, Push, PushFilter } from "./types.ts";

/** `paths`: met if the changed paths meet one of these (S4.9); nobody looks for paths unless it depends on them. */
export type Verdict = "met" | "notMet" | { readonly paths: readonly Criteria[] };

export function judge(trigger: ConnectionTrigger, change: Change): Verdict {
  if (trigger.kind === "branch") {
    const isIt = change.kind === "push" && change.refType === "branch" && change.name === trigger.branch;
    return isIt ? "met" : "notMet";
  }
  const met =
    change.kind === "push"
      ? trigger.push.filter((filter) => takesPush(filter, change))
      : trigger.pullRequest.filter((filter) => takesRequest(filter, change));
  if (met.some(({ filePaths }) => filePaths === undefined)) return "met";
  const paths = met.flatMap(({ filePaths }) => filePaths ?? []);
  return paths.length === 0 ? "notMet" : { paths };
}

/** What may still be done to match paths, in states of patterns that are gone through: some tens of nanoseconds each. */
export interface Effort {
  left: number;
}

/** For all that one delivery may start: patterns and paths of strangers may take hours. */
export function newEffort(): Effort {
  return { left: 50_000_000 };
}

/** Files have no longer ones. */
const LONGEST_PATH = 4_096;

/**
 * @param paths with UNREADABLE for what is no UTF-8
 * @returns also true where it would take too long to tell: a missed deployment is worse than a needless one
 */
export function pathsMeet(criteria: readonly Criteria[], paths: readonly string[], effort: Effort): boolean {
  return criteria.some((one) =>
    paths.some((path) => effort.left <= 0 || path.length > LONGEST_PATH || meets(one, path, effort)),
  );
}

/** A tag is for filters with tags, a branch for those without (S4.8). */
function takesPush({ tags, branches, filePaths }: PushFilter, { refType, name, before }: Push): boolean {
  if (refType === "tag") return tags !== undefined && meets(tags, name);
  if (tags !== undefined || (branches !== undefined && !meets(branches, name))) return false;
  // Nothing tells which files a new branch changed (S4.13).
  return filePaths === undefined || before !== undefined;
}

function takesRequest(
  { events, branches }: PullRequestFilter,
  { event, target }: Extract<Change, { kind: "pullRequest" }>,
): boolean {
  if (events !== undefined && !events.includes(event)) return false;
  return branches === undefined || meets(branches, target);
}

function meets({ includes, excludes = [] }: Criteria, value: string, effort?: Effort): boolean {
  if (includes !== undefined && !includes.some(takes)) return false;
  return !excludes.some(takes);

  function takes(pattern: string): boolean {
    const glob = readRemembered(pattern);
    const before = glob.work;
    const isMatch = glob.matches(value);
    if (effort !== undefined) effort.left -= glob.work - before;
    return isMatch;
  }
}
