/** One action of GetPipelineState (api.md §11). */
import type { ActionExecution, ActionRevision, ActionState } from "@aws-sdk/client-codepipeline";
import { link, webAddress } from "../../core/links.ts";
import { maskSecrets } from "../../core/sealed-secret.ts";
import type { Call } from "../aws-json/operation.ts";
import { executionUrl } from "./action-execution-detail.ts";
import { type ActionRecord, isApproval } from "./action-record.ts";
import type { Action } from "./declaration.ts";
import type { KnownActionTypes } from "./known-action-types.ts";

/** @param record the newest attempt in the stage's latest execution, when it started there */
export function actionState(
  action: Action,
  record: ActionRecord | undefined,
  types: KnownActionTypes,
  call: Call,
): ActionState {
  const urls = types.find(action.actionTypeId)?.urls ?? {};
  const configuration = maskSecrets(
    call.core.access,
    record?.input.resolvedConfiguration ?? action.configuration,
  );
  const revision = record?.output.revision;
  const entityUrl = link(urls.entityUrlTemplate, { configuration });
  const revisionUrl =
    webAddress(revision?.revisionUrl) ??
    (revision && link(urls.revisionUrlTemplate, { configuration, revisionId: revision.revision }));
  return {
    actionName: action.name,
    ...(revision && { currentRevision: currentRevision(revision) }),
    ...(record && { latestExecution: latestExecution(record, types) }),
    ...(entityUrl && { entityUrl }),
    ...(revisionUrl && { revisionUrl }),
  };
}

/** A source that can't be polled: Failed, with why, and without an execution or a revision (api.md §11, S5.6). */
export function failedPoll(
  action: Action,
  { code, message }: { readonly code: string; readonly message: string },
  types: KnownActionTypes,
  call: Call,
): ActionState {
  const { actionName, entityUrl } = actionState(action, undefined, types, call);
  return {
    actionName,
    latestExecution: { status: "Failed", errorDetails: { code, message } },
    ...(entityUrl && { entityUrl }),
  };
}

function latestExecution(record: ActionRecord, types: KnownActionTypes): ActionExecution {
  const { id, status, output } = record;
  if (isApproval(record)) return approvalExecution(record);
  const url = executionUrl(record, types);
  return {
    actionExecutionId: id,
    status,
    ...summaryOf(output),
    lastStatusChange: new Date(status === "InProgress" ? record.started : record.updated),
    ...(output.externalExecutionId !== undefined && { externalExecutionId: output.externalExecutionId }),
    ...(url !== undefined && { externalExecutionUrl: url }),
    ...(output.percentComplete !== undefined && { percentComplete: output.percentComplete }),
    ...(output.error && { errorDetails: { ...output.error } }),
    ...(output.logStreamArn !== undefined && { logStreamARN: output.logStreamArn }),
  };
}

/** While it waits exactly three members, the token being its own id (§2.2); later who answered and what was said. */
function approvalExecution({ id, status, updated, output }: ActionRecord): ActionExecution {
  if (status === "InProgress") return { actionExecutionId: id, status, token: id };
  return {
    actionExecutionId: id,
    status,
    ...summaryOf(output),
    lastStatusChange: new Date(updated),
    ...(output.updatedBy !== undefined && { lastUpdatedBy: output.updatedBy }),
    ...(output.error && { errorDetails: { ...output.error } }),
  };
}

function summaryOf({ summary }: ActionRecord["output"]) {
  return summary === undefined || summary === "" ? {} : { summary };
}

/** S3 knows its revision id alone; the model's other members only where the provider has them. */
function currentRevision({
  revision,
  changeIdentifier,
  created,
}: NonNullable<ActionRecord["output"]["revision"]>): ActionRevision {
  return {
    revisionId: revision,
    revisionChangeId: changeIdentifier,
    created: created === undefined ? undefined : new Date(created),
  };
}
