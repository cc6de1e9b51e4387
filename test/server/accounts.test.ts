import { randomUUID } from "node:crypto";
import { CodePipelineClient, ListActionExecutionsCommand } from "@aws-sdk/client-codepipeline";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createLogger } from "../../src/server/logger.ts";
import { createHttpJobClient, startWorker } from "../../src/worker/index.ts";
import { temporaryFolder } from "../cli/millrace.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import {
  bucketWith,
  deliver,
  deliveryOf,
  deployment,
  objectSource,
  versionedBucket,
} from "../e2e/support/delivery.ts";
import { signed } from "../logs/support/signed.ts";
import { ALLOW_ALL, installation, OTHER_ACCOUNT } from "../support/users.ts";

test("a server delivers for every account in it; logs are read by whom the pipeline's policies let", async () => {
  await using here = await installation({ worker: true });
  const readers = { account: OTHER_ACCOUNT };
  const owner = await here.userWith([ALLOW_ALL], readers);
  for (const [key, account, name] of [
    [owner, OTHER_ACCOUNT, "theirs"],
    [here.server.credentials, "000000000000", "ours"],
  ] as const) {
    using clients = clientsOf({ endpoint: here.server.url, region: here.server.region, credentials: key });
    await bucketWith(clients, `${name}-code`, { "index.html": name });
    await versionedBucket(clients, `${name}-site`);
    const delivery = deliveryOf("site", objectSource(`${name}-code`, "code.zip"), deployment(`${name}-site`));
    const { status, error } = await deliver(
      clients,
      { ...delivery, roleArn: `arn:aws:iam::${account}:role/any` },
      "Publish",
    );
    expect([status, error]).toEqual(["Succeeded", "undefined: undefined"]);
    const { Body } = await clients.s3.send(
      new GetObjectCommand({ Bucket: `${name}-site`, Key: "index.html" }),
    );
    expect(await Body?.transformToString()).toBe(name);
  }

  const pipeline = new CodePipelineClient(here.configOf(owner));
  const { actionExecutionDetails = [] } = await pipeline.send(
    new ListActionExecutionsCommand({ pipelineName: "site" }),
  );
  const id = actionExecutionDetails.find(({ actionName }) => actionName === "Publish")?.actionExecutionId;
  const reading = (resource: string) => ({
    Effect: "Allow",
    Action: "codepipeline:ListActionExecutions",
    Resource: `arn:aws:codepipeline:*:*:${resource}`,
  });
  const reader = await here.userWith([reading("site")], readers);
  const other = await here.userWith([reading("other")], readers);
  const log = async (key: typeof owner, of = id) =>
    (await signed(here.server.url, `/logs/${of}`, key)).status;
  expect([await log(owner), await log(reader), await log(other)]).toEqual([200, 200, 403]);
  // Whether there is one isn't told to whom it isn't open.
  const none = randomUUID();
  expect([await log(owner, none), await log(reader, none), await log(other, none)]).toEqual([404, 403, 403]);
  expect(await log(here.server.credentials)).toBe(404);
});

test("a worker serves the account of its user, whose policy needs no more than its own protocol", async () => {
  await using here = await installation();
  await using folder = await temporaryFolder();
  const owner = await here.userWith([ALLOW_ALL], { account: OTHER_ACCOUNT });
  const serving = await here.userWith(
    [
      {
        Effect: "Allow",
        Action: [
          "millrace:WorkerApi",
          "codepipeline:AcknowledgeJob",
          "codepipeline:GetJobDetails",
          "codepipeline:PutJobSuccessResult",
          "codepipeline:PutJobFailureResult",
        ],
        Resource: "*",
      },
    ],
    { account: OTHER_ACCOUNT },
  );
  const { endpoint, region } = here.configOf(serving);
  const client = createHttpJobClient({ endpoint, region, credentials: async () => serving });
  const worker = await startWorker({
    client,
    version: "0",
    workDir: folder.path,
    logger: createLogger("silent"),
  });
  try {
    using clients = clientsOf({ endpoint, region, credentials: owner });
    await bucketWith(clients, "far-code", { "index.html": "far" });
    await versionedBucket(clients, "far-site");
    const delivery = deliveryOf("site", objectSource("far-code", "code.zip"), deployment("far-site"));
    const { status, error } = await deliver(clients, delivery, "Publish");
    expect([status, error]).toEqual(["Succeeded", "undefined: undefined"]);
  } finally {
    await worker.stop(0);
    client.close();
  }
});
