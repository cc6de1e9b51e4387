/** Two servers on one PostgreSQL share the work: what one does, the other sees at once. */
import { randomBytes } from "node:crypto";
import {
  CreatePipelineCommand,
  GetJobDetailsCommand,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type Server } from "../../src/server/index.ts";
import { createHttpJobClient } from "../../src/worker/index.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import {
  BUILDER,
  build,
  createWorked,
  ORIGIN,
  pass,
  SHIPPER,
  ship,
  statusOf,
  succeed,
  take,
  worked,
} from "../codepipeline/support/workers.ts";
import { emptyDatabase } from "../support/store.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import { bucketWith, deliveryOf, objectSource } from "./support/delivery.ts";

describe.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres")("two servers on one PostgreSQL", () => {
  const stack = new AsyncDisposableStack();
  let servers: [Server, Server];
  let one: Clients;
  let two: Clients;

  beforeAll(async () => {
    const { place, remove } = await emptyDatabase();
    stack.defer(remove);
    const options = {
      ...place,
      secretKey: randomBytes(32).toString("hex"),
      worker: false,
      logLevel: "error",
    } as const;
    // At once: each finds the other at work on the schema.
    servers = await Promise.all([createServer(options), createServer(options)]);
    for (const server of servers) stack.use(server);
    [one, two] = servers.map(({ url: endpoint, region, credentials }) =>
      stack.use(clientsOf({ endpoint, region, credentials })),
    ) as [Clients, Clients];
  });
  afterAll(() => stack.disposeAsync());

  test("each action of an execution is done at another one than that before", async () => {
    const configuration = { Project: "app", Token: "hush" };
    const stages = [
      stage("Build", build({ configuration })),
      stage("Approve", approval()),
      stage("Ship", ship()),
    ];
    const executionId = await createWorked(one.codepipeline, worked(stages));
    await pass(two.codepipeline, ORIGIN);
    const job = await take(one.codepipeline, BUILDER);
    // What one has sealed the other opens.
    const { jobDetails } = await two.codepipeline.send(new GetJobDetailsCommand({ jobId: job.id }));
    expect(jobDetails?.data?.actionConfiguration).toEqual({ configuration });
    await succeed(two.codepipeline, job);
    const place = { pipelineName: "app", stageName: "Approve", actionName: "Approve" };
    const { stageStates = [] } = await one.codepipeline.send(new GetPipelineStateCommand({ name: "app" }));
    const token = stageStates[2]?.actionStates?.[0]?.latestExecution?.token;
    const result = { status: "Approved", summary: "" } as const;
    await two.codepipeline.send(new PutApprovalResultCommand({ ...place, token, result }));
    await pass(one.codepipeline, SHIPPER);
    expect(await statusOf(two.codepipeline, executionId)).toBe("Succeeded");
  });

  test("a worker that waits at one is woken by what starts at the other", async () => {
    const [, { url: endpoint, region, credentials }] = servers;
    const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
    stack.defer(() => client.close());
    const types = [{ category: "Source", owner: "AWS", provider: "S3", version: "1" }];
    const request = { workerId: "waiting", actionTypeIds: types, maxBatchSize: 1, waitSeconds: 20 };
    expect(await client.poll({ ...request, waitSeconds: 0 }, new AbortController().signal)).toEqual([]);
    const waiting = client
      .poll(request, new AbortController().signal)
      .then((jobs) => ({ jobs, at: Date.now() }));
    await bucketWith(one, "inbox", { "a.txt": "a" });
    const pipeline = deliveryOf("woken", objectSource("inbox", "code.zip"), approval());
    await one.codepipeline.send(new CreatePipelineCommand({ pipeline }));
    const created = Date.now();
    const { jobs, at } = await waiting;
    expect(jobs.map(({ pipeline: { pipelineName } }) => pipelineName)).toEqual(["woken"]);
    // Not by the end of its 20 s, before which nobody looks again.
    expect(at - created).toBeLessThan(10_000);
  });
});
