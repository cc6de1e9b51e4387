/** The quotas of an account and region, through the API (api.md §8). */
import { randomUUID } from "node:crypto";
import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeletePipelineCommand,
  ListPipelinesCommand,
  PutActionRevisionCommand,
  PutWebhookCommand,
  paginateListPipelines,
  RetryStageExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { createWorked, fail, ORIGIN, ship, start, take, worked } from "./support/workers.ts";

let fixture: Fixture;
let store: Store;
beforeAll(async () => {
  fixture = await startServer();
  store = await openStore(fixture.place);
});
afterAll(async () => {
  await store.close();
  await fixture[Symbol.asyncDispose]();
});

function declaration(name: string, polls: boolean) {
  const configuration = { RepositoryName: "app", BranchName: "main", PollForSourceChanges: String(polls) };
  return pipeline({
    name,
    stages: [stage("Source", source({ configuration })), stage("Deploy", approval())],
  });
}

const create = (name: string, polls = false, client = fixture.client) =>
  client.send(new CreatePipelineCommand({ pipeline: declaration(name, polls) }));

/** Makes pipelines like one that is there, behind the server's back: a thousand creations would take their time. */
async function copies(of: string, count: number): Promise<void> {
  await store.transaction(async (tx) => {
    const original = await tx
      .selectFrom("pipeline")
      .selectAll()
      .where("name", "=", of)
      .executeTakeFirstOrThrow();
    const versions = await tx
      .selectFrom("pipeline_version")
      .selectAll()
      .where("pipeline_id", "=", original.id)
      .execute();
    const bindings = await tx
      .selectFrom("source_binding")
      .selectAll()
      .where("pipeline_id", "=", original.id)
      .execute();
    for (let at = 1; at <= count; at++) {
      const id = randomUUID();
      await tx
        .insertInto("pipeline")
        .values({ ...original, id, name: `${of}${at}` })
        .execute();
      for (const row of versions)
        await tx
          .insertInto("pipeline_version")
          .values({ ...row, pipeline_id: id })
          .execute();
      for (const row of bindings)
        await tx
          .insertInto("source_binding")
          .values({ ...row, pipeline_id: id })
          .execute();
    }
  });
}

test("§8: 300 pipelines that poll, 1000 altogether; a region of its own has quotas of its own", async () => {
  await create("polling", true);
  await copies("polling", 299);
  const refused = "LimitExceededException: The account has 300 pipelines whose sources poll for changes";
  expect(await refusal(create("another", true))).toContain(refused);
  await create("still");
  const update = (name: string) =>
    fixture.client.send(new UpdatePipelineCommand({ pipeline: declaration(name, true) }));
  expect(await refusal(update("still"))).toContain(refused);
  await update("polling7");
  await fixture.client.send(new DeletePipelineCommand({ name: "polling8" }));
  await update("still");

  await create("quiet");
  await copies("quiet", 699);
  expect(await refusal(create("beyond"))).toMatch(
    /^LimitExceededException: account 000000000000 has 1000 pipelines in us-east-1/,
  );
  await create("elsewhere", true, fixture.freshClient());

  // §3: all of them in one page; the SDK's paginator ends.
  const { pipelines, nextToken } = await fixture.client.send(new ListPipelinesCommand({}));
  expect(pipelines).toHaveLength(1000);
  expect(nextToken).toBeUndefined();
  const names: (string | undefined)[] = [];
  for await (const page of paginateListPipelines({ client: fixture.client, pageSize: 300 }, {}))
    names.push(...(page.pipelines ?? []).map(({ name }) => name));
  expect(names).toEqual(pipelines?.map(({ name }) => name));
  expect(names).toEqual(names.toSorted());

  await fixture.client.send(new DeletePipelineCommand({ name: "quiet1" }));
  await create("beyond");
});

test("§8: the operator may set them", async () => {
  const settings = {
    "quota.pipelines": "2",
    "quota.polling-pipelines": "1",
    "quota.action-types": "1",
    MILLRACE_QUOTA_WEBHOOKS: "1",
  };
  await using limited = await startServer({ settings });
  const { client } = limited;
  await create("one", true, client);
  expect(await refusal(create("two", true, client))).toMatch(
    /^LimitExceededException: The account has 1 pip/,
  );
  await create("two", false, client);
  expect(await refusal(create("three", false, client))).toMatch(
    /^LimitExceededException: account .* has 2 pip/,
  );
  const type = (provider: string) =>
    client.send(
      new CreateCustomActionTypeCommand({
        category: "Build",
        provider,
        version: "1",
        inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
        outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      }),
    );
  await type("One");
  expect(await refusal(type("Two"))).toMatch(
    /^LimitExceededException: The account has 1 custom action types/,
  );
  const webhook = (name: string) =>
    client.send(
      new PutWebhookCommand({
        webhook: {
          name,
          targetPipeline: "one",
          targetAction: "Fetch",
          filters: [],
          authentication: "UNAUTHENTICATED",
          authenticationConfiguration: {},
        },
      }),
    );
  await webhook("one");
  await webhook("one");
  expect(await refusal(webhook("two"))).toMatch(/^LimitExceededException: The account has 1 webhooks/);
});

/** A pipeline that has 50 executions in progress. */
async function crowded(executionMode: "QUEUED" | "PARALLEL") {
  const client = fixture.freshClient();
  await createWorked(client, worked([stage("Ship", ship())], { executionMode }));
  for (let at = 1; at < 50; at++) await start(client);
  return client;
}
const FULL =
  "ConcurrentPipelineExecutionsLimitExceededException: Pipeline 'app' has 50 executions in progress";

test("§8: 50 executions of a QUEUED pipeline, waiting ones included", async () => {
  const client = await crowded("QUEUED");
  expect(await refusal(start(client))).toContain(FULL);
});

test("50 executions of a PARALLEL pipeline (inferred: api.md §8, §19.2)", async () => {
  const client = await crowded("PARALLEL");
  expect(await refusal(start(client))).toContain(FULL);
});

test("§8, §11, §13.2, E2.12: executions beyond the limit are refused, however a caller asks for them", async () => {
  await using limited = await startServer({ maxConcurrentExecutions: 1 });
  const { client } = limited;
  const parallel = worked([stage("Ship", ship())], { pipelineType: "V2", executionMode: "PARALLEL" });
  const first = await createWorked(client, parallel);
  await fail(client, await take(client, ORIGIN));
  await start(client);
  const beyond =
    "ConcurrentPipelineExecutionsLimitExceededException: Pipeline 'app' has 1 executions in progress, the most that may run at once. Wait until one of them has ended, or stop one.";
  const place = { pipelineName: "app", stageName: "Source" };
  const actionRevision = { revisionId: "r", revisionChangeId: "c", created: new Date() };
  expect(await refusal(start(client))).toBe(beyond);
  const put = new PutActionRevisionCommand({ ...place, actionName: "Fetch", actionRevision });
  expect(await refusal(client.send(put))).toBe(beyond);
  const retry = new RetryStageExecutionCommand({
    ...place,
    pipelineExecutionId: first,
    retryMode: "FAILED_ACTIONS",
  });
  expect(await refusal(client.send(retry))).toBe(beyond);
});

test.each(["0", "1.5", "many", "1000000"])("a quota of %s is refused at the start", async (value) => {
  const starting = startServer({ settings: { "quota.webhooks": value } });
  await expect(starting).rejects.toThrow("'quota.webhooks' must be a whole number from 1 to 999999");
});
