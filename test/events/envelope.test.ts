/** Rules E12.2 to E12.7: the JSON of events. */
import { expect, test } from "vitest";
import { eventBridgeEvent, type OutboxEvent } from "../../src/core/events/envelope.ts";
import type { HistoryRecord } from "../../src/core/events/history.ts";
import { notificationEvent } from "../../src/core/events/notification-form.ts";
import { executionTrigger } from "../../src/core/events/trigger.ts";
import { maskedSummary } from "../../src/core/mask.ts";
import type { StateChange } from "../../src/core/recorded.ts";

const AT = Date.parse("2026-11-24T10:00:01.500Z");
const type = { owner: "AWS", category: "Deploy", provider: "CodeDeploy", version: "1" };

function event(change: Partial<StateChange>): OutboxEvent {
  return {
    position: 7,
    id: "6f1c7a1e-0000-4000-8000-000000000001",
    account: "123456789012",
    region: "us-east-1",
    pipelineName: "myPipeline",
    change: {
      level: "pipeline",
      state: "STARTED",
      executionId: "e-1",
      version: 3,
      attempt: 1,
      startedAt: AT - 1500,
      at: AT,
      ...change,
    },
  };
}

test("E12.2, E12.3: a pipeline's start in the envelope of EventBridge", () => {
  const trigger = { type: "StartPipelineExecution", detail: "arn:aws:iam::123456789012:root" };
  expect(eventBridgeEvent(event({ detail: { trigger } }))).toEqual({
    version: "0",
    id: "6f1c7a1e-0000-4000-8000-000000000001",
    "detail-type": "CodePipeline Pipeline Execution State Change",
    source: "aws.codepipeline",
    account: "123456789012",
    time: "2026-11-24T10:00:01Z",
    region: "us-east-1",
    resources: ["arn:aws:codepipeline:us-east-1:123456789012:myPipeline"],
    detail: {
      pipeline: "myPipeline",
      "execution-id": "e-1",
      "start-time": "2026-11-24T10:00:00.000Z",
      "execution-trigger": {
        "trigger-type": "StartPipelineExecution",
        "trigger-detail": "arn:aws:iam::123456789012:root",
      },
      state: "STARTED",
      version: 3,
      "pipeline-execution-attempt": 1,
    },
  });
});

test("E12.3: the comments of a stop, and the times of retries", () => {
  const stopping = event({ state: "STOPPING", detail: { stopComments: "enough" } });
  expect(eventBridgeEvent(stopping).detail).toMatchObject({ "stop-execution-comments": "enough" });
  const resumed = event({ state: "RESUMED", attempt: 2, detail: { lastRetryAt: AT } });
  expect(eventBridgeEvent(resumed).detail).toMatchObject({
    "last-retry-attempt-time": "2026-11-24T10:00:01.500Z",
    "pipeline-execution-attempt": 2,
  });
  const stage = event({ level: "stage", stage: "Prod", state: "RESUMED", detail: { lastRetryAt: AT } });
  expect(eventBridgeEvent(stage)).toMatchObject({
    "detail-type": "CodePipeline Stage Execution State Change",
    detail: { stage: "Prod", "stage-last-retry-attempt-time": "2026-11-24T10:00:01.500Z" },
  });
});

test("E12.3: an action's type, artifacts and result", () => {
  const place = { region: "us-east-1", bucket: "b" };
  const failed = event({
    level: "action",
    state: "FAILED",
    stage: "Prod",
    action: "Deploy",
    actionExecutionId: "a-1",
    region: "us-west-2",
    type,
    detail: {
      inputs: [{ name: "In", key: "in.zip", ...place }],
      outputs: [{ name: "Out", key: "out.zip", ...place }],
      result: { externalExecutionId: "d-1", summary: "raw", errorCode: "JobFailed" },
    },
  });
  const { detail } = eventBridgeEvent(failed, { url: "https://x.example/d-1", summary: "shown" });
  expect(detail).toEqual({
    pipeline: "myPipeline",
    "execution-id": "e-1",
    "start-time": "2026-11-24T10:00:00.000Z",
    "action-execution-id": "a-1",
    stage: "Prod",
    action: "Deploy",
    region: "us-west-2",
    type: { owner: "AWS", provider: "CodeDeploy", category: "Deploy", version: "1" },
    "input-artifacts": [{ name: "In", s3location: { bucket: "b", key: "in.zip" } }],
    "output-artifacts": [{ name: "Out", s3location: { bucket: "b", key: "out.zip" } }],
    "execution-result": {
      "external-execution-id": "d-1",
      "external-execution-url": "https://x.example/d-1",
      "external-execution-summary": "shown",
      "error-code": "JobFailed",
    },
    state: "FAILED",
    version: 3,
    "pipeline-execution-attempt": 1,
  });
});

test("E12.3: a git trigger tells its commit in place of type and detail", () => {
  const told = {
    providerType: "GitHub",
    connectionArn: "arn:aws:codeconnections:us-east-1:1:connection/1",
    fullRepositoryName: "octo/shop",
    eventType: "PUSH",
    branchName: "main",
    tagName: "v1",
    commitId: "c1",
    commitMessage: "Say it",
    authorId: "7",
    authorDisplayName: "Octo Cat",
    authorEmail: "octo@example.com",
    authorDate: "2026-11-24T09:00:00Z",
    deliveryId: "d1",
  };
  expect(executionTrigger({ type: "WebhookV2", detail: JSON.stringify(told) })).toEqual({
    "provider-type": "GitHub",
    "full-repository-name": "octo/shop",
    "branch-name": "main",
    "tag-name": "v1",
    "commit-id": "c1",
    "commit-message": "Say it",
    "author-id": "7",
    "author-display-name": "Octo Cat",
    "author-email": "octo@example.com",
    "author-date": "2026-11-24T09:00:00Z",
    "connection-arn": "arn:aws:codeconnections:us-east-1:1:connection/1",
  });
  expect(executionTrigger({ type: "WebhookV2", detail: "{cut" })).toEqual({
    "trigger-type": "WebhookV2",
    "trigger-detail": "{cut",
  });
});

test("E12.7: secrets are masked, summaries cut at 2,048 characters, not within one", () => {
  const secrets = ["hunter2", "hunter2!", "80", "true"];
  expect(maskedSummary("used hunter2! and hunter2 on port 80, true", secrets)).toBe(
    "used **** and **** on port 80, true",
  );
  expect(maskedSummary("key AKIAABCDEFGHIJKLMNOP", [])).toBe("key ****");
  expect(maskedSummary("x".repeat(3000), [])).toHaveLength(2048);
  expect(maskedSummary(`${"x".repeat(2047)}😀`, [])).toBe("x".repeat(2047));
  // Cut after masking: half of a secret is one, too.
  expect(maskedSummary(`${"x".repeat(2045)}hunter2`, secrets)).toBe(`${"x".repeat(2045)}***`);
});

const record = (id: string, stage: string, changes: Partial<HistoryRecord> = {}): HistoryRecord => ({
  id,
  executionId: "e-1",
  stage,
  action: id,
  status: "Succeeded",
  started: AT - 1000,
  updated: AT - 500,
  type,
  configuration: {},
  variables: {},
  ...changes,
});

test("E12.6: the notification form has detailType, no id and version, and additionalAttributes", () => {
  const change = event({ state: "FAILED" });
  const actions = [
    record("Fetch", "Source", { type: { ...type, category: "Source", provider: "S3" } }),
    record("b1", "Build", { status: "Failed", summary: "it broke" }),
    record("b2", "Build"),
    // Of a later attempt.
    record("b3", "Build", { status: "Failed", started: AT + 1, updated: AT + 2 }),
  ];
  expect(notificationEvent(eventBridgeEvent(change), change, actions)).toEqual({
    account: "123456789012",
    detailType: "CodePipeline Pipeline Execution State Change",
    region: "us-east-1",
    source: "aws.codepipeline",
    time: "2026-11-24T10:00:01Z",
    resources: ["arn:aws:codepipeline:us-east-1:123456789012:myPipeline"],
    detail: expect.objectContaining({ state: "FAILED" }),
    additionalAttributes: {
      failedActionCount: 1,
      failedActions: [{ action: "b1", additionalInformation: "it broke" }],
      failedStage: "Build",
    },
  });
});

test("E12.6: a pipeline that a condition failed tells the stage, and no action", () => {
  const change = event({ state: "FAILED", detail: { failedStage: "Prod" } });
  const { additionalAttributes } = notificationEvent(eventBridgeEvent(change), change, [
    record("b1", "Build"),
  ]);
  expect(additionalAttributes).toEqual({ failedActionCount: 0, failedActions: [], failedStage: "Prod" });
});

test("E12.6: stages tell the sources, failed actions why, approvals what to look at; others nothing", () => {
  const source = record("Fetch", "Source", {
    type: { ...type, category: "Source", provider: "S3" },
    variables: { ETag: "1" },
  });
  const approval = record("Ok", "Prod", {
    type: { ...type, category: "Approval", provider: "Manual" },
    status: "InProgress",
    configuration: { CustomData: "look", ExternalEntityLink: "https://x.example", NotificationArn: "arn" },
  });
  const broken = record("b1", "Build", { status: "Failed", summary: "it broke" });
  const attributes = (change: Partial<StateChange>) => {
    const told = event(change);
    return notificationEvent(eventBridgeEvent(told), told, [source, approval, broken]).additionalAttributes;
  };
  const sourceActions = [
    { sourceActionName: "Fetch", sourceActionProvider: "S3", sourceActionVariables: { ETag: "1" } },
  ];
  expect(attributes({ level: "stage", stage: "Prod", state: "STARTED" })).toEqual({ sourceActions });
  expect(attributes({ level: "stage", stage: "Prod", state: "SUCCEEDED" })).toEqual({ sourceActions });
  const of = (actionExecutionId: string, state: string) =>
    attributes({ level: "action", state, actionExecutionId });
  expect(of("b1", "FAILED")).toEqual({ additionalInformation: "it broke" });
  expect(of("Ok", "STARTED")).toEqual({ externalEntityLink: "https://x.example", customData: "look" });
  expect(of("Fetch", "SUCCEEDED")).toEqual({});
  expect(attributes({ state: "SUCCEEDED" })).toEqual({});
});

test("E12.6: the notification form tells what was so then, of each action's latest attempt", () => {
  const source = { type: { ...type, category: "Source", provider: "S3" } };
  const later = { started: AT - 400, updated: AT + 1 };
  const actions = [
    record("Fetch", "Source", source),
    record("Other", "Source", { ...source, ...later }),
    record("Lost", "Source", { ...source, status: "Failed" }),
    record("b1", "Build", { status: "Failed" }),
    record("b1", "Build", { id: "again", status: "Succeeded", started: AT - 300 }),
    record("b2", "Build", { status: "Failed", ...later }),
    record("b3", "Build", { status: "InProgress", configuration: { CustomData: "look" } }),
  ];
  const attributes = (change: Partial<StateChange>) => {
    const told = event(change);
    return notificationEvent(eventBridgeEvent(told), told, actions).additionalAttributes;
  };
  expect(attributes({ state: "FAILED" })).toMatchObject({
    failedActionCount: 1,
    failedActions: [{ action: "Lost" }],
  });
  expect(attributes({ level: "stage", stage: "Build", state: "STARTED" })).toEqual({
    sourceActions: [expect.objectContaining({ sourceActionName: "Fetch" })],
  });
  expect(attributes({ level: "action", state: "STARTED", actionExecutionId: "b3" })).toEqual({});
});
