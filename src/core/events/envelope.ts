/** A state change in the JSON that AWS publishes to EventBridge (E12.2 to E12.4). */
import { pipelineArn } from "../pipeline-arn.ts";
import type { NamedArtifact, StateChange } from "../recorded.ts";
import type { Scope } from "../scope.ts";
import { executionTrigger } from "./trigger.ts";

/** A state change where it stands in the outbox. */
export interface OutboxEvent extends Scope {
  readonly position: number;
  /** The event's id, the same on every delivery. */
  readonly id: string;
  readonly pipelineName: string;
  readonly change: StateChange;
}

/** What the action history adds to the end of an action. */
export interface ActionEnding {
  /** The page of what the action ran. */
  readonly url?: string;
  /** As it may be shown (E12.7). */
  readonly summary?: string;
}

export interface EventBridgeEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: "aws.codepipeline";
  readonly account: string;
  /** ISO, in seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

const LEVELS = { pipeline: "Pipeline", stage: "Stage", action: "Action" } as const;

/** @param ending of an action's last event */
export function eventBridgeEvent(event: OutboxEvent, ending: ActionEnding = {}): EventBridgeEvent {
  const { id, account, region, pipelineName, change } = event;
  return {
    version: "0",
    id,
    "detail-type": `CodePipeline ${LEVELS[change.level]} Execution State Change`,
    source: "aws.codepipeline",
    account,
    time: `${new Date(change.at).toISOString().slice(0, 19)}Z`,
    region,
    resources: [pipelineArn(event, pipelineName)],
    detail: {
      pipeline: pipelineName,
      "execution-id": change.executionId,
      "start-time": new Date(change.startedAt).toISOString(),
      ...membersOf(change, ending),
      state: change.state,
      version: change.version,
      "pipeline-execution-attempt": change.attempt,
    },
  };
}

function membersOf(change: StateChange, ending: ActionEnding): Record<string, unknown> {
  switch (change.level) {
    case "pipeline":
      return pipelineMembers(change);
    case "stage":
      return stageMembers(change);
    case "action":
      return actionMembers(change, ending);
  }
}

function pipelineMembers({ detail = {} }: StateChange): Record<string, unknown> {
  const { trigger, stopComments, lastRetryAt } = detail;
  return {
    ...(trigger !== undefined && { "execution-trigger": executionTrigger(trigger) }),
    ...(stopComments !== undefined && { "stop-execution-comments": stopComments }),
    ...(lastRetryAt !== undefined && { "last-retry-attempt-time": new Date(lastRetryAt).toISOString() }),
  };
}

function stageMembers({ stage, detail }: StateChange): Record<string, unknown> {
  const lastRetryAt = detail?.lastRetryAt;
  return {
    stage,
    ...(lastRetryAt !== undefined && {
      "stage-last-retry-attempt-time": new Date(lastRetryAt).toISOString(),
    }),
  };
}

function actionMembers(change: StateChange, ending: ActionEnding): Record<string, unknown> {
  const { type, detail = {} } = change;
  const result = executionResult(detail.result, ending);
  return {
    "action-execution-id": change.actionExecutionId,
    stage: change.stage,
    action: change.action,
    region: change.region,
    ...(type !== undefined && {
      type: { owner: type.owner, provider: type.provider, category: type.category, version: type.version },
    }),
    ...(detail.inputs !== undefined && { "input-artifacts": detail.inputs.map(artifact) }),
    ...(detail.outputs !== undefined && { "output-artifacts": detail.outputs.map(artifact) }),
    ...(Object.keys(result).length > 0 && { "execution-result": result }),
  };
}

function executionResult(
  result: NonNullable<StateChange["detail"]>["result"],
  { url, summary }: ActionEnding,
): Record<string, string> {
  const { externalExecutionId: id, errorCode } = result ?? {};
  return {
    ...(id !== undefined && { "external-execution-id": id }),
    ...(url !== undefined && { "external-execution-url": url }),
    ...(summary !== undefined && { "external-execution-summary": summary }),
    ...(errorCode !== undefined && { "error-code": errorCode }),
  };
}

function artifact({ name, bucket, key }: NamedArtifact) {
  return { name, s3location: { bucket, key } };
}
