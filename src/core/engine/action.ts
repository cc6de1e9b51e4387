/** The life of one action execution: it starts (E3.2, E3.5), and ends once, in one of three ways (E3.3). */
import type { ActionError } from "./command.ts";
import type { ActionDefinition } from "./definition.ts";
import { actionsOf, type Draft } from "./draft.ts";
import type { ActionChange } from "./effect.ts";
import { actionEvent } from "./events.ts";
import type { ActionState } from "./state.ts";
import { setTimer } from "./timer-rows.ts";
import { allotOutputs, type Resolved, resolve, workOf } from "./work.ts";

/** What an approval shows that was closed by a stop or an update (E5.5). */
const CLOSED_APPROVAL = "The approval action has been canceled.";

export function isApproval({ type }: ActionDefinition): boolean {
  return type.category === "Approval";
}

/** Starts the next attempt of an action; it may fail at once, without a job. */
export function startAction(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
): void {
  const { now } = draft.env;
  const execution = draft.execution(executionId);
  const run = draft.run(executionId, stage);
  const attempt = (run.attempts[definition.name] ?? 0) + 1;
  const resolved = resolve(draft, execution, definition);
  const action: ActionState = {
    id: draft.env.newId(),
    status: "InProgress",
    startedAt: now,
    outputs: allotOutputs(draft, execution, definition),
  };
  draft.saveRun(executionId, stage, {
    actions: { ...run.actions, [definition.name]: action },
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
      startedAt: now,
      type: definition.type,
      region: definition.region,
      ...(definition.roleArn !== undefined && { roleArn: definition.roleArn }),
      ...(definition.namespace !== undefined && { namespace: definition.namespace }),
      configuration: definition.configuration,
      resolvedConfiguration: resolved.configuration,
      inputs: resolved.inputs,
    },
  });
  actionEvent(draft, executionId, stage, definition, action, "STARTED");
  if (resolved.error) failAction(draft, executionId, stage, definition, resolved.error);
  else if (isApproval(definition)) openApproval(draft, executionId, stage, definition, action, resolved);
  else firstJob(draft, executionId, stage, definition, action, resolved);
}

function openApproval(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  action: ActionState,
  { configuration }: Resolved,
): void {
  const expiresAt = draft.env.now + definition.timeoutMinutes * 60_000;
  const place = { executionId, stage, action: definition.name, actionExecutionId: action.id };
  const timer = setTimer(draft, { kind: "approvalExpiry", ...place, due: expiresAt });
  const summaryRequired = configuration.IsSummaryRequired?.toLowerCase() === "true" ? true : undefined;
  draft.saveAction(executionId, stage, definition.name, {
    ...action,
    timer,
    ...(summaryRequired && { summaryRequired }),
  });
  draft.effects.push({
    type: "approvalOpened",
    approval: {
      executionId,
      stage,
      action: definition.name,
      token: action.id,
      expiresAt,
      resolvedConfiguration: configuration,
    },
  });
}

function firstJob(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  action: ActionState,
  resolved: Resolved,
): void {
  const timer = setTimer(draft, {
    kind: "actionTimeout",
    executionId,
    stage,
    action: definition.name,
    actionExecutionId: action.id,
    due: draft.env.now + definition.timeoutMinutes * 60_000,
  });
  newJob(draft, executionId, stage, definition, { ...action, timer }, resolved, { losses: 0 });
}

/**
 * Gives an action its next job, with the same work as before (E3.12, E3.15): what it was resolved from can't change
 * while the action is in progress.
 *
 * @param next.delay milliseconds until it may be handed out
 */
export function nextJob(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  action: ActionState,
  next: { losses: number; continuationToken?: string; delay?: number },
): void {
  const delayTimer = action.job?.delayTimer;
  if (delayTimer !== undefined) draft.effects.push({ type: "timerCancelled", timerId: delayTimer });
  newJob(
    draft,
    executionId,
    stage,
    definition,
    action,
    resolve(draft, draft.execution(executionId), definition),
    next,
  );
}

function newJob(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  action: ActionState,
  resolved: Resolved,
  { losses, continuationToken, delay = 0 }: { losses: number; continuationToken?: string; delay?: number },
): void {
  const id = draft.env.newId();
  const place = { executionId, stage, action: definition.name, actionExecutionId: action.id };
  draft.effects.push({
    type: "jobCreated",
    job: {
      id,
      ...place,
      type: definition.type,
      status: delay > 0 ? "Created" : "Queued",
      createdAt: draft.env.now,
      ...(continuationToken !== undefined && { continuationToken }),
      work: workOf(draft, draft.execution(executionId), definition, action, resolved),
    },
  });
  const delayTimer =
    delay > 0
      ? setTimer(draft, { kind: "jobDelay", ...place, jobId: id, due: draft.env.now + delay })
      : undefined;
  draft.saveAction(executionId, stage, definition.name, {
    ...action,
    job: { id, losses, ...(delayTimer !== undefined && { delayTimer }) },
  });
}

/** Ends an action with a status and what is known of it; its timers go, its job is somebody else's matter. */
export function endAction(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  status: "Succeeded" | "Failed" | "Abandoned",
  change: Omit<ActionChange, "status">,
  event = status.toUpperCase(),
): void {
  const action = draft.run(executionId, stage).actions[definition.name];
  if (action === undefined) throw new Error(`action ${definition.name} has not started`);
  for (const timerId of [action.timer, action.job?.delayTimer]) {
    if (timerId !== undefined) draft.effects.push({ type: "timerCancelled", timerId });
  }
  const { id, startedAt, outputs } = action;
  const variables = definition.namespace === undefined ? undefined : change.variables;
  const ended: ActionState = { id, status, startedAt, outputs, ...(variables && { variables }) };
  draft.saveAction(executionId, stage, definition.name, ended);
  draft.effects.push({
    type: "actionChanged",
    actionExecutionId: id,
    at: draft.env.now,
    change: { status, ...change },
  });
  actionEvent(draft, executionId, stage, definition, ended, event);
}

export function failAction(
  draft: Draft,
  executionId: string,
  stage: string,
  definition: ActionDefinition,
  error: ActionError,
): void {
  endAction(draft, executionId, stage, definition, "Failed", { error });
  if (isApproval(definition)) closeApproval(draft, executionId, stage, definition.name, "expired");
}

/** Takes an action in progress away from its worker or approver: by a stop (E6.2), an update (E11.2), a deletion. */
export function abandonAction(
  draft: Draft,
  executionId: string,
  stage: string,
  name: string,
  event: "ABANDONED" | "CANCELED",
): void {
  const definition = definitionOf(draft, executionId, stage, name);
  const job = draft.run(executionId, stage).actions[name]?.job;
  if (job !== undefined) draft.effects.push({ type: "jobEnded", jobId: job.id, how: "closed" });
  if (isApproval(definition)) {
    endAction(draft, executionId, stage, definition, "Failed", { summary: CLOSED_APPROVAL }, event);
    closeApproval(draft, executionId, stage, name, event === "CANCELED" ? "updated" : "abandoned");
  } else {
    endAction(draft, executionId, stage, definition, "Abandoned", {}, event);
  }
}

/** Remembers how an approval ended, for answers that come later (E5.2). */
export function closeApproval(
  draft: Draft,
  executionId: string,
  stage: string,
  name: string,
  how: "answered" | "expired" | "abandoned" | "updated",
): void {
  const run = draft.run(executionId, stage);
  const token = run.actions[name]?.id;
  if (token !== undefined)
    draft.saveRun(executionId, stage, { approvals: { ...run.approvals, [token]: how } });
}

/** @throws Error for an action that the execution's version doesn't have */
export function definitionOf(
  draft: Draft,
  executionId: string,
  stage: string,
  name: string,
): ActionDefinition {
  const found = actionsOf(draft, draft.execution(executionId), stage).find((action) => action.name === name);
  if (found === undefined) throw new Error(`stage ${stage} has no action ${name}`);
  return found;
}
