/** How an execution came to its end, and whether it can be taken up again (E7.2). */
import type { ActionState, ConditionKind, ExecutionState } from "../engine/index.ts";
import type { Facts } from "./facts.ts";
import { CONDITIONS } from "./running.ts";
import type { Reason } from "./types.ts";
import { closed, iso, moment } from "./words.ts";

export function endedReasons(facts: Facts, execution: ExecutionState): Reason[] {
  const { updatedAt, statusSummary } = execution;
  const at = { since: iso(updatedAt) };
  switch (execution.status) {
    case "Succeeded":
      return [{ ...at, code: "succeeded", text: `It succeeded at ${moment(updatedAt)}.` }];
    case "Failed":
      return failedReasons(facts, execution);
    case "Stopped":
      return [stoppedReason(execution), ...retryReason(facts, execution)];
    case "Superseded":
      return [supersededReason(execution)];
    case "Cancelled":
      return [
        {
          ...at,
          code: "cancelled",
          text: `It was cancelled at ${moment(updatedAt)}. ${statusSummary ?? ""}`.trim(),
        },
      ];
    case "InProgress":
    case "Stopping":
      return [];
  }
}

function failedReasons(facts: Facts, execution: ExecutionState): Reason[] {
  const [stage, run] = lastRun(facts, execution);
  if (stage === undefined || run === undefined) {
    const text = closed(
      `It failed at once, at ${moment(execution.updatedAt)}: ${execution.statusSummary ?? "no reason is known"}`,
    );
    return [{ code: "failedAtOnce", since: iso(execution.updatedAt), text }];
  }
  const actions = Object.entries(run.actions)
    .filter(([, { status }]) => status === "Failed")
    .map(([name, action]) => actionReason(facts, execution, stage, name, action));
  const conditions = Object.entries(run.conditions ?? {}).flatMap(
    ([kind, { status, summary, forgotten, changedAt }]) =>
      forgotten || (status !== "Failed" && status !== "Errored") || kind === "ON_FAILURE"
        ? []
        : [
            {
              code: "conditionFailed" as const,
              stage,
              since: iso(changedAt),
              text: closed(
                `The ${CONDITIONS[kind as ConditionKind]} of stage '${stage}' failed at ${moment(changedAt)}: ${summary ?? "one of its rules failed"}`,
              ),
            },
          ],
  );
  return [
    ...conditions,
    ...actions,
    ...rolledBackReason(facts, execution, stage),
    ...retryReason(facts, execution),
  ];
}

function actionReason(
  { endings }: Facts,
  { id: executionId }: ExecutionState,
  stage: string,
  name: string,
  { id }: ActionState,
): Reason {
  const ending = endings.get(id);
  const when = ending === undefined ? "" : ` at ${moment(ending.at)}`;
  const place = {
    code: "actionFailed" as const,
    stage,
    action: name,
    ...(ending && { since: iso(ending.at) }),
  };
  if (ending?.isApproval && ending.message === undefined) {
    const said = ending.summary === undefined || ending.summary === "" ? "" : `: "${ending.summary}"`;
    return { ...place, text: `Action '${name}' of stage '${stage}' was rejected${when}${said}.` };
  }
  const why =
    ending?.message === undefined ? "" : `: ${[ending.code, ending.message].filter(Boolean).join(": ")}`;
  const log = ending?.isApproval ? "" : ` Its log: millrace logs ${executionId} --action ${name}`;
  return { ...place, text: `${closed(`Action '${name}' of stage '${stage}' failed${when}${why}`)}${log}` };
}

/** E8.4 */
function rolledBackReason({ executions }: Facts, execution: ExecutionState, stage: string): Reason[] {
  if (execution.runs[stage]?.rolledBack !== true)
    return execution.statusSummary === undefined
      ? []
      : [{ code: "rolledBack", stage, text: `It wasn't rolled back. ${execution.statusSummary}` }];
  const rollback = [...executions.values()].find(
    ({ type, trigger }) => type === "ROLLBACK" && trigger.detail.includes(execution.id),
  );
  const which = rollback === undefined ? "" : ` by execution ${rollback.id}`;
  return [
    {
      code: "rolledBack",
      stage,
      ...(rollback && { executionId: rollback.id }),
      text: `Stage '${stage}' was rolled back${which}.`,
    },
  ];
}

function stoppedReason({ stop, updatedAt }: ExecutionState): Reason {
  const how = stop?.abandon ? "It was stopped, and what ran was abandoned," : "It was stopped";
  const why = stop?.reason === undefined || stop.reason === "" ? "" : `: "${stop.reason}"`;
  return { code: "stopped", since: iso(updatedAt), text: `${how} at ${moment(updatedAt)}${why}.` };
}

function supersededReason({ updatedAt, supersededBy }: ExecutionState): Reason {
  const by = supersededBy === undefined ? "a newer execution" : `execution ${supersededBy}, a newer one,`;
  return {
    code: "superseded",
    since: iso(updatedAt),
    ...(supersededBy !== undefined && { executionId: supersededBy }),
    text: `It was superseded at ${moment(updatedAt)}: ${by} arrived at the stage that it waited before.`,
  };
}

/** Why the stage that it failed or stopped in can't be retried, as far as it can't. */
function retryReason(facts: Facts, execution: ExecutionState): Reason[] {
  const { pipeline } = facts;
  const [stage, run] = lastRun(facts, execution);
  if (stage === undefined || run === undefined || !["Failed", "Stopped"].includes(run.status)) return [];
  const not = { code: "notRetryable" as const, stage };
  if (execution.version !== pipeline.currentVersion)
    return [
      {
        ...not,
        text: `Stage '${stage}' can't be retried: the execution ran version ${execution.version}, and the pipeline is at version ${pipeline.currentVersion}.`,
      },
    ];
  const latest = pipeline.stages[stage]?.latest;
  if (execution.mode === "PARALLEL" || latest === execution.id || latest === undefined) return [];
  return [
    {
      ...not,
      executionId: latest,
      text: `Stage '${stage}' can't be retried: execution ${latest} has entered it since.`,
    },
  ];
}

/** Of the furthest stage that it entered. */
function lastRun({ definitions }: Facts, { runs, version }: ExecutionState) {
  const order = definitions.get(version)?.stages.map(({ name }) => name) ?? [];
  return (
    Object.entries(runs)
      .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
      .at(-1) ?? []
  );
}
