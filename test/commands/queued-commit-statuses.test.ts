/** What commands queue of commits, with what it is said of (S7.11). */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stages, version } from "./definitions.ts";
import { type Harness, harness, startRequest } from "./harness.ts";

const type = { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" };
const arn = "arn:aws:codeconnections:us-east-1:000000000000:connection/c";
const first = "a".repeat(40);
const second = "b".repeat(40);

let core: Harness;
beforeEach(async () => {
  core = await harness(undefined, [
    {
      id: type,
      tier: 1,
      inputs: { minimum: 0, maximum: 0 },
      outputs: { minimum: 0, maximum: 1 },
      properties: [],
      outputVariables: [],
      defaultTimeoutMinutes: 60,
      needs: [],
    },
  ]);
});
afterEach(() => core.close());

/** @param source the name of the first stage, which is held by the first execution: nothing is fetched */
async function create(
  source: string,
  change: { repository?: string; mode?: "SUPERSEDED" | "QUEUED" } = {},
): Promise<void> {
  const { repository = "octo/shop", mode = "SUPERSEDED" } = change;
  const [sources, ...others] = stages({ [source]: "fetch", Build: "b" }).stages;
  const configuration = { ConnectionArn: arn, FullRepositoryId: repository, BranchName: "main" };
  const definition = {
    ...stages({}),
    mode,
    variables: [{ name: "Shop", defaultValue: "shop" }],
    stages: [
      { name: source, actions: sources!.actions.map((action) => ({ ...action, type, configuration })) },
      ...others,
    ],
  };
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
}

const start = async (revisionId: string, variables: Readonly<Record<string, string>> = {}) =>
  (
    await core.commands.start(core.scope, "p", {
      ...startRequest,
      variables,
      revisions: { fetch: { revisionId } },
    })
  ).executionId;

const queued = () =>
  core.store.read
    .selectFrom("commit_status")
    .select(["commit_id as commit", "state", "execution_id as of"])
    .orderBy("commit_id")
    .execute();

test("E2.5, S7.11: of a commit that runs on in the successor of a superseded execution, that is told", async () => {
  await create("Source");
  await start(first);
  await start(first);
  const of = await start(first);
  expect(await queued()).toEqual([{ commit: first, state: "running", of }]);
});

test("E2.5, S7.11: of a commit that a newer one takes the place of, the end is told", async () => {
  await create("Source");
  await start("c".repeat(40));
  const older = await start(first);
  const newer = await start(second);
  expect((await queued()).slice(0, 2)).toEqual([
    { commit: first, state: "stopped", of: older },
    { commit: second, state: "running", of: newer },
  ]);
});

test.each(["constructor", "__proto__"])(
  "S7.11: an execution waits before a stage named %s, and is told of all the same",
  async (name) => {
    await create(name, { mode: "QUEUED" });
    await start(first);
    const of = await start(second);
    expect((await queued())[1]).toEqual({ commit: second, state: "running", of });
  },
);

test("S7.11: a start isn't kept from being by a repository that can't be one", async () => {
  await create("Source", { repository: "octo/#{variables.Shop}#{variables.Shop}#{variables.Shop}" });
  const none = [randomBytes(500).toString("hex"), "\0", "ö"];
  for (const shop of none) expect(await start(first, { Shop: shop })).toBeTruthy();
  expect(await queued()).toEqual([]);
  await start(first);
  expect(await queued()).toMatchObject([{ commit: first }]);
});
