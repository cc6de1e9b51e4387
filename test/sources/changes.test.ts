import { expect, test } from "vitest";
import { createCommands } from "../../src/core/commands/index.ts";
import type { SourceBinding } from "../../src/core/commands/types.ts";
import { createSources } from "../../src/core/sources/index.ts";
import { ambient, scope } from "../git/host.ts";
import { catalogue, sourcePipeline } from "../git/pipeline.ts";
import { emptyStore } from "../support/store.ts";

const commit = "1".repeat(40);

async function changes() {
  const store = await emptyStore();
  const commands = createCommands({ store, ambient, catalogue, maxConcurrentExecutions: 1 });
  const sources = createSources({ commands, ambient });
  return {
    store,
    commands,
    async pipeline(name: string, binding: Partial<SourceBinding>) {
      const version = sourcePipeline("shop", "main");
      const [own] = version.bindings;
      const bindings = [{ ...own!, ...binding }];
      const definition = { ...version.definition, pipelineName: name };
      await commands.createPipeline(scope, { ...version, name, definition, bindings }, {}, []);
    },
    push: (branch: string, at = scope, repositoryName = "shop") =>
      store.transaction((tx) => sources.branchMoved(tx, at, { repositoryName, branch, commitId: commit })),
    write: (key: string, version: { versionId?: string; etag: string }) =>
      store.transaction((tx) =>
        sources.objectWritten(tx, {
          ...scope,
          bucket: "in",
          key,
          ...version,
          size: 1,
          lastModified: 0,
          metadata: {},
        }),
      ),
    /** What was started, oldest first. */
    async started() {
      const rows = await store.read
        .selectFrom("execution")
        .innerJoin("pipeline", "pipeline.id", "execution.pipeline_id")
        .select(["pipeline.name", "execution.state"])
        .orderBy("pipeline.name")
        .orderBy("execution.seq")
        .execute();
      return rows.map(({ name, state }) => {
        const { trigger, revisions, status } = JSON.parse(state);
        return { name, trigger: trigger.type, revisions, status };
      });
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

test("S6.15 E13 a push starts the pipelines on exactly that branch, bound to its commit", async () => {
  await using there = await changes();
  await there.pipeline("a", {});
  await there.pipeline("b", { polls: true });
  await there.pipeline("c", { item: "Main" });
  await there.pipeline("d", { item: "refs/heads/main" });
  await there.pipeline("e", { container: "Shop" });
  await there.pipeline("f", { provider: "S3" });

  const ids = await there.push("main");
  expect(ids).toHaveLength(2);
  const revisions = { Source: { revisionId: commit } };
  expect(await there.started()).toEqual([
    { name: "a", trigger: "CloudWatchEvent", revisions, status: "InProgress" },
    { name: "b", trigger: "PollForSourceChanges", revisions, status: "InProgress" },
  ]);
  expect(await there.push("other")).toEqual([]);
  expect(await there.push("main", { ...scope, region: "eu-west-1" })).toEqual([]);
  expect(await there.push("main", { ...scope, account: "111111111111" })).toEqual([]);
});

test("E13.2 every change makes its own execution", async () => {
  await using there = await changes();
  await there.pipeline("a", {});
  await there.push("main");
  await there.push("main");
  await there.push("main");
  expect((await there.started()).map(({ status }) => status)).toHaveLength(3);
});

test("S8.1 a new object starts the pipelines on exactly that key, bound to its version", async () => {
  await using there = await changes();
  await there.pipeline("a", { provider: "S3", container: "in", item: "app.zip" });
  await there.pipeline("b", { provider: "S3", container: "in", item: "*.zip" });
  await there.write("app.zip", { versionId: "v1", etag: "e1" });
  await there.write("other.zip", { versionId: "v2", etag: "e2" });
  await there.write("app.zip", { etag: "e3" });
  expect((await there.started()).map(({ name, revisions }) => [name, revisions.Source.revisionId])).toEqual([
    ["a", "v1"],
    ["a", "e3"],
  ]);
});

test("S6.12 a change whose transaction is rolled back starts nothing", async () => {
  await using there = await changes();
  await there.pipeline("a", {});
  const { store, commands } = there;
  const sources = createSources({ commands, ambient });
  const change = { repositoryName: "shop", branch: "main", commitId: commit };
  const failing = store.transaction(async (tx) => {
    await sources.branchMoved(tx, scope, change);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await there.started()).toEqual([]);
});

test("a deleted pipeline is not started", async () => {
  await using there = await changes();
  await there.pipeline("a", {});
  await there.commands.deletePipeline(scope, "a");
  expect(await there.push("main")).toEqual([]);
});
