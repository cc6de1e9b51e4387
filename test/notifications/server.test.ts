/** Notifications of approvals through a whole server (P5, E5.1). */
import { createHmac, randomBytes } from "node:crypto";
import { CodePipelineClient, PutApprovalResultCommand } from "@aws-sdk/client-codepipeline";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { createServer, type Server } from "../../src/server/index.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { createWorked, ORIGIN, pass, stageState, worked } from "../codepipeline/support/workers.ts";
import { signed } from "../logs/support/signed.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:ship-it";
const declaration = worked([
  stage(
    "Release",
    approval({
      configuration: { NotificationArn: TOPIC, CustomData: "#{codepipeline.PipelineExecutionId}" },
    }),
  ),
]);

let database: EmptyDatabase;
let receiver: Receiver;
beforeEach(async () => {
  database = await emptyDatabase();
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
  await database.remove();
});

/** Of every server that works on the database. */
const secretKey = randomBytes(32).toString("hex");

const boot = (settings: Record<string, string>) =>
  createServer({ ...database.place, secretKey, worker: false, logLevel: "silent", settings });

function clientOf({ url: endpoint, region, credentials }: Server): CodePipelineClient {
  return new CodePipelineClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** @returns the ids of the execution and of its approval */
async function waitForApproval(client: CodePipelineClient): Promise<{ execution: string; token: string }> {
  const execution = await createWorked(client, declaration);
  await pass(client, ORIGIN);
  return { execution, token: (await waiting(client))!.token! };
}

async function waiting(client: CodePipelineClient) {
  return (await stageState(client, "Release")).actionStates?.[0]?.latestExecution;
}

async function queued(): Promise<readonly { id: string }[]> {
  const store = await openStore(database.place);
  try {
    return await store.read.selectFrom("notification").select("id").execute();
  } finally {
    await store.close();
  }
}

test("a receiver gets the approval's resolved values, signed, and its token answers the approval", async () => {
  const server = await boot({ "notify.*": receiver.url, "notify.*.secret": "hush" });
  const client = clientOf(server);
  const { execution, token } = await waitForApproval(client);
  await receiver.has(1);

  const [{ headers, body }] = receiver.received as [Receiver["received"][number]];
  expect(headers).toMatchObject({
    "content-type": "text/plain; charset=UTF-8",
    "x-amz-sns-message-type": "Notification",
    "x-amz-sns-topic-arn": TOPIC,
    "x-millrace-signature": `sha256=${createHmac("sha256", "hush").update(body).digest("hex")}`,
  });
  const envelope = JSON.parse(body);
  expect(envelope.Subject).toBe("APPROVAL NEEDED: AWS CodePipeline app for action Approve");
  const message = JSON.parse(envelope.Message);
  expect(message).toMatchObject({
    region: server.region,
    consoleLink: `${server.url}/console/pipelines/app`,
    approval: { pipelineName: "app", stageName: "Release", actionName: "Approve", customData: execution },
  });
  expect(message.approval.token).toBe(token);
  const { pipelineName, stageName, actionName } = message.approval;
  const result = { status: "Approved", summary: "go" } as const;
  await client.send(new PutApprovalResultCommand({ pipelineName, stageName, actionName, token, result }));
  await vi.waitFor(async () => expect(await queued()).toEqual([]), { timeout: 20_000 });
  await server.close();
  expect(receiver.received).toHaveLength(1);
});

test("what one server couldn't deliver, the next does; the approval waits all the while", async () => {
  receiver.status = 0;
  const first = await boot({ [`notify.${TOPIC}`]: receiver.url });
  await waitForApproval(clientOf(first));
  await receiver.has(1);
  await first.close();
  expect(await queued()).toHaveLength(1);

  // The claim of the first server ends before the test's patience does.
  const store = await openStore(database.place);
  await store.transaction((tx) => tx.updateTable("notification").set({ due: Date.now() }).execute());
  await store.close();
  receiver.status = 200;
  const second = await boot({ [`notify.${TOPIC}`]: `${receiver.url}?raw=true` });
  await receiver.has(2);
  expect(JSON.parse(receiver.received[1]!.body)).toMatchObject({ approval: { actionName: "Approve" } });
  expect(await waiting(clientOf(second))).toMatchObject({ status: "InProgress" });
  await vi.waitFor(async () => expect(await queued()).toEqual([]), { timeout: 20_000 });
  await second.close();
});

test("P5.4 without a destination the approval's log says so to whoever follows it, and the action waits", async () => {
  const server = await boot({});
  const client = clientOf(server);
  const { token } = await waitForApproval(client);
  const answer = await signed(server.url, `/logs/${token}`, server.credentials, {
    headers: { accept: "text/event-stream" },
  });
  const line = `[Millrace] no destination is configured for ${TOPIC}: nobody was notified`;
  let read = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    read += chunk;
    if (read.includes("nobody was notified")) break;
  }
  expect(read).toContain(line);
  expect(await waiting(client)).toMatchObject({ status: "InProgress" });
  await server.close();
});
