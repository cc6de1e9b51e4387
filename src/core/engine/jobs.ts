/** What a job's report does to its action, and all that follows from it (E3.11 to E3.15). */
import { definitionOf, endAction, failAction, nextJob } from "./action.ts";
import type { Answer, Command, ExecutionDetails, JobReport, Refusal } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import type { Draft } from "./draft.ts";
import { recordRevision } from "./revisions.ts";
import { advance } from "./run.ts";
import type { ActionState } from "./state.ts";
import { allotOutputs } from "./work.ts";

/** The third lost lease fails the action (E3.15). */
const MAX_LOSSES = 3;

type Report = Extract<Command, JobReport>;

export function jobReported(draft: Draft, command: Report): Answer | Refusal {
  const { executionId, stage, action: name, actionExecutionId, jobId } = command;
  const action = draft.find(executionId)?.runs[stage]?.actions[name];
  const open = action?.id === actionExecutionId && action.status === "InProgress" && action.job?.id === jobId;
  if (!open) return { code: "JobNotOpen", jobId };
  const definition = definitionOf(draft, executionId, stage, name);
  switch (command.type) {
    case "jobSucceeded":
      succeed(draft, command, definition, action);
      break;
    case "jobContinued":
      continueJob(draft, command, definition, action);
      break;
    case "jobFailed":
      endAction(draft, executionId, stage, definition, "Failed", {
        error: command.error,
        ...(command.externalExecutionId !== undefined && {
          externalExecutionId: command.externalExecutionId,
        }),
      });
      break;
    case "jobLost":
      redeliver(draft, command, definition, action);
      break;
  }
  advance(draft, executionId, stage);
  return {};
}

function succeed(
  draft: Draft,
  command: Extract<Report, { type: "jobSucceeded" }>,
  definition: ActionDefinition,
  action: ActionState,
): void {
  const { executionId, stage, details, variables, revision } = command;
  const isSource = definition.type.category === "Source" && revision !== undefined;
  const outputs = isSource
    ? mapValues(action.outputs, (location) => ({ ...location, revision: revision.revision }))
    : action.outputs;
  draft.saveAction(executionId, stage, definition.name, { ...action, outputs });
  if (isSource) recordRevision(draft, executionId, definition, revision);
  endAction(draft, executionId, stage, definition, "Succeeded", {
    ...known(details),
    outputs: Object.entries(outputs).map(([name, location]) => ({ name, ...location })),
    variables,
    ...(revision && { revision }),
  });
}

/** The action stays in progress; the next job carries the token (E3.12). The action timeout isn't restarted. */
function continueJob(
  draft: Draft,
  command: Extract<Report, { type: "jobContinued" }>,
  definition: ActionDefinition,
  action: ActionState,
): void {
  const { executionId, stage, details, continuationToken, delay, revision } = command;
  draft.effects.push({
    type: "actionChanged",
    actionExecutionId: action.id,
    at: draft.env.now,
    change: { ...known(details), ...(revision && { revision }) },
  });
  const losses = action.job?.losses ?? 0;
  nextJob(draft, executionId, stage, definition, action, { losses, continuationToken, delay });
}

/** A worker that died: the job comes again with a new id and new places for its outputs (E3.15). */
function redeliver(
  draft: Draft,
  { executionId, stage, jobId, continuationToken }: Extract<Report, { type: "jobLost" }>,
  definition: ActionDefinition,
  action: ActionState,
): void {
  draft.effects.push({ type: "jobEnded", jobId, how: "TimedOut" });
  const losses = (action.job?.losses ?? 0) + 1;
  if (losses >= MAX_LOSSES) {
    const message = `The worker running this action was lost ${MAX_LOSSES} times`;
    failAction(draft, executionId, stage, definition, { code: "SystemUnavailable", message });
    return;
  }
  const moved = { ...action, outputs: allotOutputs(draft, draft.execution(executionId), definition) };
  nextJob(draft, executionId, stage, definition, moved, {
    losses,
    ...(continuationToken !== undefined && { continuationToken }),
  });
}

function known({ summary, externalExecutionId, percentComplete }: ExecutionDetails): ExecutionDetails {
  return {
    ...(summary !== undefined && { summary }),
    ...(externalExecutionId !== undefined && { externalExecutionId }),
    ...(percentComplete !== undefined && { percentComplete }),
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
