import { type ActionAt, isApproval } from "./action-at.ts";
import { failAction } from "./action-end.ts";
import { requestCopies } from "./copy-rows.ts";
import type { Draft } from "./draft.ts";
import { actionEvent } from "./events.ts";
import { createJob } from "./job-create.ts";
import { own } from "./records.ts";
import { type Resolved, resolve } from "./resolve.ts";
import type { ActionState } from "./state.ts";
import { setTimer } from "./timer-rows.ts";
import { allotOutputs } from "./work.ts";

/** Starts the next attempt of an action (E3.2); it may fail at once, without a job (E3.5). */
export function startAction(draft: Draft, at: ActionAt): void {
  const { executionId, stage, definition } = at;
  const execution = draft.execution(executionId);
  const run = draft.run(executionId, stage);
  const attempt = (own(run.attempts, definition.name) ?? 0) + 1;
  const resolved = resolve(draft, execution, definition);
  const action: ActionState = {
    id: draft.env.newId(),
    status: "InProgress",
    startedAt: draft.env.now,
    outputs: allotOutputs(draft, execution, definition),
  };
  const save = (started: ActionState) =>
    draft.saveRun(executionId, stage, {
      actions: { ...run.actions, [definition.name]: started },
      attempts: { ...run.attempts, [definition.name]: attempt },
    });
  draft.effects.push({
    type: "actionStarted",
    action: {
      actionExecutionId: action.id,
      executionId,
      version: execution.version,
      stage,
      action: definition.name,
      attempt,
      startedAt: action.startedAt,
      type: definition.type,
      region: definition.region,
      ...(definition.roleArn !== undefined && { roleArn: definition.roleArn }),
      ...(definition.namespace !== undefined && { namespace: definition.namespace }),
      configuration: definition.configuration,
      resolvedConfiguration: resolved.configuration,
      inputs: resolved.inputs,
    },
  });
  actionEvent(draft, at, action, "STARTED", resolved.inputs);
  if (resolved.error) {
    save(action);
    failAction(draft, at, resolved.error);
  } else if (isApproval(definition)) {
    save(openApproval(draft, at, action, resolved));
  } else {
    const timer = timeOut(draft, at, action, "actionTimeout");
    const place = { executionId, stage, action: definition.name, actionExecutionId: action.id };
    const copies = requestCopies(draft, place, definition.region, resolved.inputs);
    const working = { ...action, timer, ...copies };
    save({ ...working, job: createJob(draft, at, working, resolved, { losses: 0 }) });
  }
}

/** An approval has no job; its token is its action execution's id (E5.1). @returns the action's state */
function openApproval(
  draft: Draft,
  at: ActionAt,
  action: ActionState,
  { configuration }: Resolved,
): ActionState {
  const timer = timeOut(draft, at, action, "approvalExpiry");
  const summaryRequired = configuration.IsSummaryRequired?.toLowerCase() === "true";
  draft.effects.push({
    type: "approvalOpened",
    approval: {
      executionId: at.executionId,
      stage: at.stage,
      action: at.definition.name,
      token: action.id,
      expiresAt: expiryOf(draft, at),
      resolvedConfiguration: configuration,
    },
  });
  return { ...action, timer, ...(summaryRequired && { summaryRequired }) };
}

function timeOut(
  draft: Draft,
  at: ActionAt,
  { id }: ActionState,
  kind: "actionTimeout" | "approvalExpiry",
): string {
  const { executionId, stage, definition } = at;
  const due = expiryOf(draft, at);
  return setTimer(draft, { kind, executionId, stage, action: definition.name, actionExecutionId: id, due });
}

function expiryOf(draft: Draft, { definition }: ActionAt): number {
  return draft.env.now + definition.timeoutMinutes * 60_000;
}
