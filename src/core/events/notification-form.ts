/** The form that AWS's notification rules send (E12.6). */
import type { EventBridgeEvent, OutboxEvent } from "./envelope.ts";
import type { HistoryRecord } from "./history.ts";

export interface NotificationEvent {
  readonly account: string;
  readonly detailType: string;
  readonly region: string;
  readonly source: "aws.codepipeline";
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly additionalAttributes: Readonly<Record<string, unknown>>;
}

/** @param actions of the event's execution, in order of their start */
export function notificationEvent(
  { account, region, source, time, resources, detail, "detail-type": detailType }: EventBridgeEvent,
  event: OutboxEvent,
  actions: readonly HistoryRecord[],
): NotificationEvent {
  const additionalAttributes = attributesOf(event, actions);
  return { account, detailType, region, source, time, resources, detail, additionalAttributes };
}

function attributesOf({ change }: OutboxEvent, actions: readonly HistoryRecord[]): Record<string, unknown> {
  const kind = `${change.level} ${change.state}`;
  // What began or ended later was not so when this happened.
  const then = latestAttempts(actions.filter((action) => action.started <= change.at));
  switch (kind) {
    case "pipeline FAILED":
      return failures(
        then.filter((action) => action.status === "Failed" && action.updated <= change.at),
        change.detail?.failedStage,
      );
    case "stage STARTED":
    case "stage SUCCEEDED":
      return { sourceActions: sources(then.filter((action) => action.updated <= change.at)) };
    case "action FAILED": {
      const failed = actions.find(({ id }) => id === change.actionExecutionId);
      return failed?.summary === undefined ? {} : { additionalInformation: failed.summary };
    }
    case "action STARTED":
      return approval(actions.find(({ id }) => id === change.actionExecutionId));
    default:
      return {};
  }
}

function latestAttempts(actions: readonly HistoryRecord[]): readonly HistoryRecord[] {
  const latest = new Map(actions.map((action) => [JSON.stringify([action.stage, action.action]), action]));
  return [...latest.values()];
}

/** @param stage absent in events of before, and of executions that failed at once */
function failures(failed: readonly HistoryRecord[], stage = failed[0]?.stage): Record<string, unknown> {
  return {
    failedActionCount: failed.length,
    failedActions: failed.map(({ action, summary }) => ({
      action,
      ...(summary !== undefined && { additionalInformation: summary }),
    })),
    ...(stage !== undefined && { failedStage: stage }),
  };
}

function sources(actions: readonly HistoryRecord[]): object[] {
  return actions
    .filter(({ type, status }) => type.category === "Source" && status === "Succeeded")
    .map(({ action, type, variables }) => ({
      sourceActionName: action,
      sourceActionProvider: type.provider,
      sourceActionVariables: variables,
    }));
}

function approval(action: HistoryRecord | undefined): Record<string, unknown> {
  if (action?.type.category !== "Approval") return {};
  const { ExternalEntityLink: externalEntityLink, CustomData: customData } = action.configuration;
  return {
    ...(externalEntityLink !== undefined && { externalEntityLink }),
    ...(customData !== undefined && { customData }),
  };
}
