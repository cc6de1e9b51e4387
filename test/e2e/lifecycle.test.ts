/** What becomes of work under way when a server is told to end, or is killed. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  type ActionExecutionDetail,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test, vi } from "vitest";
import { run } from "../cli/millrace.ts";
import { approval, commands, stage } from "../codepipeline/support/declarations.ts";
import { gateOf, waitAtGate } from "../support/gate.ts";
import { ownSeconds, processesWith } from "../worker/support/processes.ts";
import type { Clients } from "./support/clients.ts";
import { bucketWith, deliveryOf, objectSource } from "./support/delivery.ts";
import { actionsOf, executionsOf } from "./support/history.ts";
import { type MortalServer, mortalServer } from "./support/mortal-server.ts";

const WAIT = { timeout: 20_000 };

/** A pipeline `app` that runs these commands and then asks for an approval. */
async function createApp(clients: Clients, ...lines: string[]): Promise<void> {
  await bucketWith(clients, "inbox", { "a.txt": "a" });
  const pipeline = deliveryOf("app", objectSource("inbox", "code.zip"), commands({ commands: lines }));
  pipeline.stages?.push(stage("Release", approval()));
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));
}

/** Of the action that runs the commands. */
async function logOf({ dataDir }: MortalServer, [action]: readonly ActionExecutionDetail[]): Promise<string> {
  const execution = action?.pipelineExecutionId ?? "";
  return (await run(["logs", execution, "--action", "Run", "--data-dir", dataDir])).stdout;
}

/** Waits until the approval is asked for. @returns its token */
async function approvalToken({ codepipeline }: Clients): Promise<string> {
  return vi.waitFor(async () => {
    const { stageStates = [] } = await codepipeline.send(new GetPipelineStateCommand({ name: "app" }));
    const token = stageStates.at(-1)?.actionStates?.[0]?.latestExecution?.token;
    expect(token).toBeDefined();
    return token ?? "";
  }, WAIT);
}

test("SIGTERM: requests and jobs under way end well, and executions go on after the next start", async () => {
  await using server = await mortalServer();
  await server.start();
  const clients = await server.clients();
  const gate = gateOf(join(server.dataDir, "worker"));
  await createApp(clients, `${waitAtGate}; echo ran`);
  await gate.reached();

  const sending = Promise.withResolvers<void>();
  const half = Buffer.alloc(2 ** 21, "x");
  const rest = Promise.withResolvers<Buffer>();
  // A body of this size is sent when the server has told that it takes it.
  const body = Readable.from(
    (async function* () {
      sending.resolve();
      yield half;
      yield await rest.promise;
    })(),
  );
  const upload = clients.s3.send(
    new PutObjectCommand({ Bucket: "inbox", Key: "large", Body: body, ContentLength: 2 * half.length }),
  );
  await sending.promise;

  const stopped = server.stop();
  // Jobs that end need the server: it answers until then, but tells load balancers to turn away.
  await vi.waitFor(async () => {
    const { status } = await fetch(`${clients.target.endpoint}/readyz`);
    expect(status).toBe(503);
  }, WAIT);
  rest.resolve(half);
  await gate.open();
  expect((await upload).ETag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(await stopped).toBe(0);

  await server.start();
  const { codepipeline, s3 } = await server.clients();
  const large = await s3.send(new GetObjectCommand({ Bucket: "inbox", Key: "large" }));
  expect(await large.Body?.transformToString()).toBe("x".repeat(2 * half.length));
  const token = await approvalToken(await server.clients());
  await codepipeline.send(
    new PutApprovalResultCommand({
      pipelineName: "app",
      stageName: "Release",
      actionName: "Approve",
      token,
      result: { status: "Approved", summary: "" },
    }),
  );
  await vi.waitFor(async () => {
    expect((await executionsOf(codepipeline, "app")).map(({ status }) => status)).toEqual(["Succeeded"]);
  }, WAIT);
  expect((await logOf(server, await actionsOf(codepipeline, "app"))).match(/^ran$/gm)).toHaveLength(1);
});

test("kill -9 in a build: nothing of it is left after the next start, and it runs again at once", async () => {
  await using server = await mortalServer();
  await server.start();
  const clients = await server.clients();
  const gate = gateOf(join(server.dataDir, "worker"));
  const seconds = ownSeconds();
  await createApp(clients, `setsid sleep ${seconds} & ${waitAtGate}`);
  await gate.reached();
  const left = await vi.waitUntil(() => {
    const found = processesWith(seconds);
    return found.length > 0 && found;
  }, WAIT);
  await server.kill();

  await server.start();
  // The build's next attempt may have started its own by now.
  expect(processesWith(seconds).filter((pid) => left.includes(pid))).toEqual([]);
  await gate.open();
  const again = await server.clients();
  await approvalToken(again);
  const actions = await actionsOf(again.codepipeline, "app");
  expect(actions.map(({ actionName, status }) => `${actionName} ${status}`)).toEqual([
    "Approve InProgress",
    "Run Succeeded",
    "Fetch Succeeded",
  ]);
  expect(await logOf(server, actions)).toContain("[Millrace] worker lost, starting again (attempt 2)\n");
  const workers = await readdir(join(server.dataDir, "worker", "jobs"));
  expect(workers).toHaveLength(1);
});
