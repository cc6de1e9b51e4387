/** Which starts one change makes (S6.15, S8.1, E13). */
import type { ChangeStart } from "../commands/index.ts";
import type { SourceRevision } from "../engine/index.ts";
import { partitionOf } from "../partition.ts";
import type { Scope } from "../scope.ts";
import type { Watcher } from "../store/source-changes.ts";

/**
 * An action that polls starts an execution of its own, with its name as detail (S5.7, E13.3). Without polling the
 * pipeline starts as by the one event rule that AWS's console makes for it: once, whatever number of its actions the
 * change is for.
 *
 * @param ruleKind the part of the rule's name that says what it watches: `codecommit`, `s3`
 */
export function startsOf(
  watchers: readonly Watcher[],
  scope: Scope,
  ruleKind: "codecommit" | "s3",
  revision: SourceRevision,
): ChangeStart[] {
  const polling = watchers
    .filter(({ polls }) => polls)
    .map(({ pipelineId, action }) => ({
      pipelineId,
      trigger: { type: "PollForSourceChanges", detail: action },
      revisions: { [action]: revision },
    }));
  const ruled = Map.groupBy(
    watchers.filter(({ polls }) => !polls),
    ({ pipelineId }) => pipelineId,
  );
  const byRule = [...ruled].map(([pipelineId, actions]) => ({
    pipelineId,
    trigger: {
      type: "CloudWatchEvent",
      detail: ruleArn(scope, `millrace-${ruleKind}-${actions[0]?.pipelineName}`),
    },
    revisions: Object.fromEntries(actions.map(({ action }) => [action, revision])),
  }));
  return [...polling, ...byRule];
}

function ruleArn({ region, account }: Scope, rule: string): string {
  return `arn:${partitionOf(region)}:events:${region}:${account}:rule/${rule}`;
}
