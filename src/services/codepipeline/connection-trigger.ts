/** Which changes of a connection's repository start a pipeline (S4.1 to S4.11). */
import type {
  ConnectionTrigger,
  Criteria,
  PullRequestFilter,
  PushFilter,
} from "../../core/triggers/types.ts";
import type { Action, Declaration } from "./declaration.ts";
import { detectsChanges } from "./default-triggers.ts";
import { given } from "./given.ts";

type Trigger = NonNullable<Declaration["triggers"]>[number];

/** @returns undefined where nothing but a start by hand starts it */
export function connectionTrigger(
  { pipelineType, triggers = [] }: Pick<Declaration, "pipelineType" | "triggers">,
  action: Action,
): ConnectionTrigger | undefined {
  const branch = (action.configuration.BranchName ?? "").replace(/^refs\/heads\//, "");
  const declared =
    pipelineType === "V1"
      ? undefined
      : triggers.find(({ gitConfiguration }) => gitConfiguration.sourceActionName === action.name);
  if (declared === undefined) return detectsChanges(action) ? { kind: "branch", branch } : undefined;
  if (isEveryPush(declared, action.configuration.BranchName)) return { kind: "branch", branch };
  const { push = [], pullRequest = [] } = declared.gitConfiguration;
  return {
    kind: "filters",
    push: push.map(({ tags, branches, filePaths }) => ({
      ...given({ tags: criteriaOf(tags), branches: criteriaOf(branches), filePaths: criteriaOf(filePaths) }),
    })) satisfies PushFilter[],
    pullRequest: pullRequest.map(({ events, branches, filePaths }) => ({
      ...given({ events, branches: criteriaOf(branches), filePaths: criteriaOf(filePaths) }),
    })) satisfies PullRequestFilter[],
  };
}

/** A trigger without filters, and the one that AWS makes itself: no glob is read in the branch's name (S4.10). */
export function isEveryPush({ gitConfiguration }: Trigger, branchName: string | undefined): boolean {
  const { push = [], pullRequest = [] } = gitConfiguration;
  const [only, ...others] = push;
  if (pullRequest.length > 0 || others.length > 0) return false;
  if (only === undefined) return true;
  const { includes = [], excludes = [] } = only.branches ?? {};
  const isAlone = only.tags === undefined && only.filePaths === undefined && excludes.length === 0;
  return isAlone && includes.length === 1 && includes[0] === branchName;
}

function criteriaOf(criteria: Criteria | undefined): Criteria | undefined {
  return criteria && given({ includes: criteria.includes, excludes: criteria.excludes });
}
