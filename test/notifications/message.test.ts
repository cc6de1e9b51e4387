import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { messageOf, subjectOf } from "../../src/core/notifications/message.ts";
import type { NotificationRow } from "../../src/core/store/tables/notifications.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:ship-it";
const BASE = "https://ci.example";

function row(configuration: Record<string, string> = {}): NotificationRow {
  return {
    id: "00000000-0000-4000-8000-000000000001",
    pipeline_id: "p",
    pipeline_name: "web",
    region: "eu-west-1",
    execution_id: "e",
    action_execution_id: "t",
    stage: "Release",
    action: "Approve",
    topic: TOPIC,
    created: Date.parse("2026-10-05T18:21:42.123Z"),
    expires: Date.parse("2026-10-12T20:21:42.123Z"),
    configuration: JSON.stringify({ NotificationArn: TOPIC, ...configuration }),
    tries: 0,
    due: 0,
  };
}

test("api.md §13.1 the JSON says what waits where, until when", () => {
  const { body } = messageOf(
    row({ ExternalEntityLink: "https://web.example/next", CustomData: "look twice" }),
    { raw: true },
    BASE,
  );
  expect(JSON.parse(body)).toEqual({
    region: "eu-west-1",
    consoleLink: "https://ci.example/console/pipelines/web",
    approval: {
      pipelineName: "web",
      stageName: "Release",
      actionName: "Approve",
      token: "t",
      expires: "2026-10-12T20:21Z",
      externalEntityLink: "https://web.example/next",
      approvalReviewLink: "https://ci.example/console/pipelines/web/executions/e/actions/t",
      customData: "look twice",
    },
  });
});

test("P5.2, P0.15 keys that aren't configured are absent, and links of other schemes", () => {
  const none: Record<string, string>[] = [
    {},
    { ExternalEntityLink: "javascript:alert(1)" },
    { ExternalEntityLink: "" },
  ];
  for (const configuration of none) {
    const { approval } = JSON.parse(messageOf(row(configuration), { raw: true }, BASE).body);
    expect(Object.keys(approval)).toEqual([
      "pipelineName",
      "stageName",
      "actionName",
      "token",
      "expires",
      "approvalReviewLink",
    ]);
  }
});

test("P5.3 SNS's envelope holds the JSON as a text; the signature is of the whole body", () => {
  const { body, headers } = messageOf(row(), { raw: false, secret: "hush" }, BASE);
  const { Message, ...envelope } = JSON.parse(body);
  expect(envelope).toEqual({
    Type: "Notification",
    MessageId: "00000000-0000-4000-8000-000000000001",
    TopicArn: TOPIC,
    Subject: "APPROVAL NEEDED: AWS CodePipeline web for action Approve",
    Timestamp: "2026-10-05T18:21:42.123Z",
  });
  expect(Message).toBe(messageOf(row(), { raw: true }, BASE).body);
  expect(headers).toMatchObject({
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-message-id": "00000000-0000-4000-8000-000000000001",
    "x-amz-sns-topic-arn": TOPIC,
    "x-millrace-signature": `sha256=${createHmac("sha256", "hush").update(body).digest("hex")}`,
  });
  expect(messageOf(row(), { raw: false }, BASE).headers).not.toHaveProperty("x-millrace-signature");
});

test("api.md §13.1 the subject has at most 100 characters, and shortens the longer name", () => {
  const long = "n".repeat(100);
  expect(subjectOf(long, "Approve")).toBe(
    `APPROVAL NEEDED: AWS CodePipeline ${"n".repeat(46)}… for action Approve`,
  );
  expect(subjectOf("web", long)).toBe(`APPROVAL NEEDED: AWS CodePipeline web for action ${"n".repeat(50)}…`);
  for (const [pipeline, action] of [
    [long, long],
    [long, "a"],
    ["a", long],
  ] as const)
    expect(subjectOf(pipeline, action)).toHaveLength(100);
});
