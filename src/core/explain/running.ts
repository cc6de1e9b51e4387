/** What an execution is doing in the stage that it has entered. */
import type { ActionState, ConditionKind, ExecutionState, RuleState, StageRun } from "../engine/index.ts";
import { copyReasons } from "./copies.ts";
import type { Facts } from "./facts.ts";
import { jobReason } from "./jobs.ts";
import type { Reason } from "./types.ts";
import { capital, closed, iso, moment, since } from "./words.ts";

export const CONDITIONS: Readonly<Record<ConditionKind, string>> = {
  BEFORE_ENTRY: "entry condition",
  ON_SUCCESS: "success condition",
  ON_FAILURE: "failure condition",
};

export function runningReasons(facts: Facts, execution: ExecutionState): Reason[] {
  const [stage, run] =
    Object.entries(execution.runs).find(
      ([, { status }]) => status === "InProgress" || status === "Stopping",
    ) ?? [];
  if (stage === undefined || run === undefined) return [];
  return [
    ...endingReason(execution, run, stage),
    ...entries(run.actions)
      .filter(([, { status }]) => status === "InProgress")
      .flatMap(([name, action]) => actionReasons(facts, stage, name, action)),
    ...Object.entries(run.conditions ?? {}).flatMap(([kind, condition]) =>
      condition.status !== "InProgress" || condition.forgotten
        ? []
        : entries(condition.rules)
            .filter(([, { status }]) => status === "InProgress")
            .flatMap(([name, rule]) => ruleReasons(facts, stage, kind as ConditionKind, name, rule)),
    ),
  ];
}

/** It goes on to the end of what is in progress, and no further. */
function endingReason({ stop, status, cutBy }: ExecutionState, run: StageRun, stage: string): Reason[] {
  const names = entries(run.actions)
    .filter(([, action]) => action.status === "InProgress")
    .map(([name]) => `'${name}'`);
  const rest =
    names.length === 0
      ? ""
      : `; it ends when ${names.join(", ")} ${names.length === 1 ? "has" : "have"} ended`;
  if (status === "Stopping") {
    const why = stop?.reason === undefined ? "" : ` ("${stop.reason}")`;
    return [{ code: "stopping", stage, text: `It was asked to stop${why}${rest}.` }];
  }
  if (cutBy === undefined) return [];
  return [
    {
      code: "cut",
      stage,
      text: `The pipeline was updated to version ${cutBy}, so nothing more of it starts${rest}.`,
    },
  ];
}

function actionReasons(facts: Facts, stage: string, name: string, action: ActionState): Reason[] {
  const place = { stage, action: name };
  const due = facts.timers.get(action.timer ?? "")?.due;
  if (action.job === undefined) return [approvalReason(facts, stage, name, action, due)];
  const whose = `action '${name}' of stage '${stage}'`;
  const copies = copyReasons(facts, action, whose, place);
  const job = copies.length > 0 ? undefined : jobReason(facts, action.job, whose, place, action.startedAt);
  const said = action.reported?.summary;
  return [
    ...copies,
    ...(job === undefined
      ? []
      : [said === undefined || said === "" ? job : { ...job, text: `${job.text} It last said: "${said}".` }]),
    ...(due === undefined
      ? []
      : [
          {
            ...place,
            code: "timeout" as const,
            until: iso(due),
            text: `The time of ${whose} is up at ${moment(due)}: it fails then, if it hasn't ended.`,
          },
        ]),
  ];
}

function approvalReason(
  { now, pipelineName, region }: Facts,
  stage: string,
  name: string,
  { id: token, startedAt, summaryRequired }: ActionState,
  due: number | undefined,
): Reason {
  const expires = due === undefined ? "" : `, and fails at ${moment(due)} without an answer`;
  const why = summaryRequired ? " An answer must say why." : "";
  return {
    code: "approval",
    stage,
    action: name,
    since: iso(startedAt),
    ...(due !== undefined && { until: iso(due) }),
    text: `Action '${name}' of stage '${stage}' waits for an approval ${since(startedAt, now)}${expires}.${why}`,
    command: `aws codepipeline put-approval-result --region ${region} --pipeline-name ${pipelineName} --stage-name ${stage} --action-name ${name} --token ${token} --result status=Approved,summary=${summaryRequired ? "WHY" : "ok"}`,
  };
}

function ruleReasons(
  facts: Facts,
  stage: string,
  kind: ConditionKind,
  name: string,
  rule: RuleState,
): Reason[] {
  const whose = `rule '${name}' of the ${CONDITIONS[kind]} of stage '${stage}'`;
  const place = { stage, rule: name };
  const opens = facts.timers.get(rule.windowTimer ?? "")?.due;
  const due = facts.timers.get(rule.timer ?? "")?.due;
  const copies = copyReasons(facts, rule, whose, place);
  const job =
    copies.length > 0 ? undefined : rule.job && jobReason(facts, rule.job, whose, place, rule.startedAt);
  return [
    ...(opens === undefined
      ? []
      : [
          {
            ...place,
            code: "windowClosed" as const,
            since: iso(rule.startedAt),
            until: iso(opens),
            text: `${capital(whose)} waits ${since(rule.startedAt, facts.now)} for its deployment window, which opens at ${moment(opens)}.`,
          },
        ]),
    ...copies,
    ...(job === undefined ? [] : [job]),
    ...(due === undefined
      ? []
      : [
          {
            ...place,
            code: "timeout" as const,
            until: iso(due),
            text: closed(`The time of ${whose} is up at ${moment(due)}: it fails then, if it isn't decided`),
          },
        ]),
  ];
}

function entries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record);
}
