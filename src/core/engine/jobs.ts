/** What a job's report does to its action, and all that follows from it (E3.11 to E3.15). */
import { type ActionAt, locate, saveActionAt } from "./action-at.ts";
import { endAction, failAction } from "./action-end.ts";
import type { Answer, EndedJob, ExecutionDetails, Refusal } from "./command.ts";
import { findRule, locateRule } from "./conditions/rule-at.ts";
import { ruleReported } from "./conditions/rule-jobs.ts";
import type { Draft } from "./draft.ts";
import { giveNextJob } from "./job-create.ts";
import { MAX_LOSSES } from "./open-job.ts";
import { mapValues, own } from "./records.ts";
import { deliveredRevision, recordRevision } from "./revisions.ts";
import { advance } from "./run.ts";
import type { ActionState } from "./state.ts";
import { allotOutputs } from "./work.ts";

type Reported<T extends EndedJob["type"]> = Extract<EndedJob, { type: T }>;

export function jobReported(draft: Draft, command: EndedJob): Answer | Refusal {
  const { executionId, stage, action: name, actionExecutionId, jobId } = command;
  const run = own(draft.find(executionId)?.runs, stage);
  const action = own(run?.actions, name);
  const asked = findRule(run, actionExecutionId);
  if (action?.id === actionExecutionId && action.job?.id === jobId) {
    actionReported(draft, locate(draft, executionId, stage, name), action, command);
  } else if (asked?.rule.job?.id === jobId) {
    ruleReported(draft, locateRule(draft, executionId, stage, asked.kind, asked.name), command);
  } else {
    return { code: "JobNotOpen", jobId };
  }
  advance(draft, executionId, stage);
  return {};
}

function actionReported(draft: Draft, at: ActionAt, action: ActionState, command: EndedJob): void {
  switch (command.type) {
    case "jobSucceeded":
      succeed(draft, at, action, command);
      break;
    case "jobContinued":
      continueJob(draft, at, action, command);
      break;
    case "jobFailed":
      fail(draft, at, command);
      break;
    case "jobLost":
      redeliver(draft, at, action, command);
      break;
  }
}

function succeed(draft: Draft, at: ActionAt, action: ActionState, command: Reported<"jobSucceeded">): void {
  const { details, variables, revision: reported = action.reported?.revision } = command;
  const revision = deliveredRevision(draft.execution(at.executionId), at.definition, reported);
  let { outputs } = action;
  if (at.definition.type.category === "Source" && revision !== undefined) {
    recordRevision(draft, at.executionId, at.definition, revision);
    outputs = mapValues(outputs, (location) => ({ ...location, revision: revision.revision }));
    saveActionAt(draft, at, { ...action, outputs });
  }
  endAction(draft, at, "Succeeded", {
    ...known(details),
    outputs: Object.entries(outputs).map(([name, location]) => ({ name, ...location })),
    variables,
    ...(revision && { revision }),
  });
}

/** Outputs and variables of a failure are dropped (E3.11). */
function fail(draft: Draft, at: ActionAt, { error, externalExecutionId }: Reported<"jobFailed">): void {
  endAction(draft, at, "Failed", {
    error,
    ...(externalExecutionId !== undefined && { externalExecutionId }),
  });
}

/** The action stays in progress; the next job carries the token (E3.12). The action timeout isn't restarted. */
function continueJob(
  draft: Draft,
  at: ActionAt,
  action: ActionState,
  command: Reported<"jobContinued">,
): void {
  const { details, continuationToken, delay, revision } = command;
  const change = { ...known(details), ...(revision && { revision }) };
  draft.effects.push({
    type: "actionChanged",
    actionExecutionId: action.id,
    at: draft.env.now,
    change,
  });
  const { percentComplete: _, ...reported } = { ...action.reported, ...change };
  const losses = action.job?.losses ?? 0;
  giveNextJob(draft, at, { ...action, reported }, { losses, continuationToken, delay });
}

/** A worker that died: the job comes again with a new id and new places for its outputs (E3.15). */
function redeliver(draft: Draft, at: ActionAt, action: ActionState, command: Reported<"jobLost">): void {
  const { jobId, continuationToken } = command;
  draft.effects.push({ type: "jobEnded", jobId, how: "TimedOut" });
  const losses = (action.job?.losses ?? 0) + 1;
  if (losses >= MAX_LOSSES) {
    const message = `The worker running this action was lost ${MAX_LOSSES} times`;
    failAction(draft, at, { code: "SystemUnavailable", message });
    return;
  }
  const moved = { ...action, outputs: allotOutputs(draft, draft.execution(at.executionId), at.definition) };
  giveNextJob(draft, at, moved, { losses, ...(continuationToken !== undefined && { continuationToken }) });
}

function known({ summary, externalExecutionId, percentComplete }: ExecutionDetails): ExecutionDetails {
  return {
    ...(summary !== undefined && { summary }),
    ...(externalExecutionId !== undefined && { externalExecutionId }),
    ...(percentComplete !== undefined && { percentComplete }),
  };
}
