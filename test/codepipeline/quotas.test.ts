/** The quotas of an account and region, through the API (api.md §8). */
import { randomUUID } from "node:crypto";
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  ListPipelinesCommand,
  paginateListPipelines,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

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
