import {
  CreatePipelineCommand,
  ListPipelinesCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { run } from "../cli/millrace.ts";
import { commands, pipeline } from "../codepipeline/support/declarations.ts";
import { ORIGIN, fetch as origin, pass, registerTypes } from "../codepipeline/support/workers.ts";
import { signed } from "../logs/support/signed.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { ownSeconds, processesWith } from "../worker/support/processes.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import { bucketWith, deliveryOf, deployment, ended, objectSource, readingOf } from "./support/delivery.ts";
import { actionsOf, executionsOf } from "./support/history.ts";

let host: TestServer;
let clients: Clients;
beforeAll(async () => {
  host = await testServer();
  clients = clientsOf(host.config);
});
afterAll(async () => {
  clients[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const good = JSON.stringify({ pipeline: pipeline() });
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test.each<[what: string, body: string, sent: string, status: number, code: string]>([
  ["malformed JSON", good.slice(0, -1), "", 400, "SerializationException"],
  ["no object", "[]", "", 400, "SerializationException"],
  ["a wrong type", good.replace('"app"', "7"), "", 400, "SerializationException"],
  ["bodies too deep", `{"pipeline":${nested(5_000)}}`, "", 400, "SerializationException"],
  ["a body too large", `${good}${" ".repeat(2 ** 20)}`, "", 413, "RequestEntityTooLargeException"],
  ["a body that isn't the signed one", good, good.replace("main", "evil"), 400, "InvalidSignatureException"],
  ["a member missing", good.replace('"roleArn"', '"role"'), "", 400, "ValidationException"],
])("CreatePipeline with %s is refused, and no pipeline is made", async (_what, body, sent, status, code) => {
  const answer = await signed(host.server.url, "/", host.server.credentials, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "CodePipeline_20150709.CreatePipeline",
    },
    body,
    ...(sent !== "" && { sent }),
  });
  const told = (await answer.json()) as { __type: string; message?: string };
  expect({ status: answer.status, code: told.__type }).toEqual({ status, code });
  const { pipelines } = await clients.codepipeline.send(new ListPipelinesCommand({}));
  expect(pipelines).toEqual([]);
});

test("an artifact that its action never uploaded fails the action that wants it, with its place", async () => {
  await registerTypes(clients.codepipeline);
  await clients.s3.send(new CreateBucketCommand({ Bucket: "target" }));
  const wanting = deliveryOf("wanting", origin(), deployment("target"));
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline: wanting }));
  await pass(clients.codepipeline, ORIGIN);
  const { executionId } = await ended(clients, "wanting");
  const { error, log } = await readingOf(clients, "wanting", executionId, "Publish");
  expect(error).toMatch(
    /^ConfigurationError: The input artifact Code could not be found at s3:\/\/\S+\/wanting\/Code\/\S+\. The action that declares it did not upload it\.$/,
  );
  expect(log).toContain(`[Millrace] the action failed: ${error}`);
});

test("a command that never ends is ended with all its processes when its execution is stopped", async () => {
  const seconds = ownSeconds();
  await bucketWith(clients, "inbox", { "a.txt": "a" });
  const endless = commands({ commands: [`setsid sleep ${seconds} & sleep ${seconds}`] });
  const declared = deliveryOf("endless", objectSource("inbox", "code.zip"), endless);
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline: declared }));
  await vi.waitFor(() => expect(processesWith(seconds).length).toBeGreaterThan(1), { timeout: 20_000 });
  const [{ pipelineExecutionId = "" } = {}] = await executionsOf(clients.codepipeline, "endless");
  await clients.codepipeline.send(
    new StopPipelineExecutionCommand({
      pipelineName: "endless",
      pipelineExecutionId,
      abandon: true,
      reason: "It never ends.",
    }),
  );
  const [execution] = await executionsOf(clients.codepipeline, "endless");
  expect(execution).toMatchObject({ status: "Stopped", stopTrigger: { reason: "It never ends." } });
  const [action] = await actionsOf(clients.codepipeline, "endless");
  expect(action).toMatchObject({ actionName: "Run", status: "Abandoned" });
  // The worker hears of it when it next renews its lease.
  await vi.waitFor(() => expect(processesWith(seconds)).toEqual([]), { timeout: 20_000 });
  const { code } = await run(["logs", pipelineExecutionId, "--follow", "--endpoint", host.server.url], {
    AWS_ACCESS_KEY_ID: host.server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: host.server.credentials.secretAccessKey,
  });
  expect(code).toBe(0);
});
