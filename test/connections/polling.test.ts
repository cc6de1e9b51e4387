/** Connections' repositories that nobody tells of are looked at (S7.9). */
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  type GitConfiguration,
  ListPipelineExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { changeConnectionPoll, deleteConnectionPoll } from "../../src/core/store/connection-polls.ts";
import { addKnownRefs, forgetKnownRefs } from "../../src/core/store/connection-refs.ts";
import { openStore } from "../../src/core/store/open.ts";
import type { Store } from "../../src/core/store/store.ts";
import { approval, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { deliver, TOKEN } from "../webhooks/support/github.ts";
import { type Connected, connected, connectionSource } from "./support/connected.ts";

const EVERY_BRANCH = { push: [{ branches: { includes: ["**"] } }] };

let at: Connected;
let store: Store;
beforeAll(async () => {
  at = await connected({ worker: true, pollInterval: 1 });
  store = await openStore(at.fixture.place);
});
afterAll(async () => {
  await store.close();
  await at[Symbol.asyncDispose]();
});

async function create(
  name: string,
  arn: string,
  FullRepositoryId: string,
  git?: Partial<GitConfiguration>,
  where = at,
) {
  await where.fixture.client.send(
    new CreatePipelineCommand({
      pipeline: pipeline({
        name,
        pipelineType: "V2",
        executionMode: "PARALLEL",
        stages: [stage("Source", connectionSource(arn, { FullRepositoryId })), stage("Release", approval())],
        ...(git && {
          triggers: [
            {
              providerType: "CodeStarSourceConnection",
              gitConfiguration: { sourceActionName: "Fetch", ...git },
            },
          ],
        }),
      }),
    }),
  );
}

/** What connections started, newest first. */
async function started(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await at.fixture.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries
    .filter(({ trigger }) => trigger?.triggerType === "WebhookV2")
    .map(({ trigger }) => JSON.parse(trigger?.triggerDetail ?? "") as Record<string, unknown>);
}

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 45_000, interval: 100 });

async function findPoll(repository: string) {
  const polls = await store.read.selectFrom("connection_poll").selectAll().execute();
  return polls.find(({ container }) => container.endsWith(`/${repository}`));
}

/** What was there when the repository was looked at first is known by now. */
async function known(repository: string): Promise<void> {
  await until(async () => expect((await findPoll(repository))?.polled).toBeGreaterThan(0));
}

/** The host has listed the repository's refs so many times more. */
async function looks(repository: string, times: number): Promise<void> {
  const before = at.host.looks(repository);
  await until(async () => expect(at.host.looks(repository)).toBeGreaterThanOrEqual(before + times));
}

test("pushes to plain git start pipelines, by branches, tags and paths; what was there before starts nothing", async () => {
  const arn = await at.connect("Git", { user: "ada" });
  await at.host.createRepository("octo/plain");
  await at.host.commit("octo/plain", "main", { "src/a.ts": "1", "docs/a.md": "1" });
  await create("plain", arn, "octo/plain.git");
  const branches = { includes: ["**"] };
  const paths = { branches, filePaths: { includes: ["src/**"] } };
  await create("filtered", arn, "octo/plain.git", { push: [{ tags: { includes: ["v*"] } }, paths] });
  await known("octo/plain.git");
  expect(await started("plain")).toEqual([]);

  const docs = await at.host.commit("octo/plain", "main", { "src/a.ts": "1", "docs/a.md": "2" });
  await until(async () =>
    expect(await started("plain")).toEqual([
      {
        providerType: "Git",
        connectionArn: arn,
        fullRepositoryName: "octo/plain.git",
        eventType: "PUSH",
        branchName: "main",
        commitId: docs,
      },
    ]),
  );
  const source = await at.host.commit("octo/plain", "main", { "src/a.ts": "2", "docs/a.md": "2" });
  await until(async () => expect(await started("filtered")).toMatchObject([{ commitId: source }]));

  await at.host.git(
    "octo/plain",
    "-c",
    "user.name=a",
    "-c",
    "user.email=b@c",
    "tag",
    "-a",
    "v1",
    "-m",
    "v1",
    docs,
  );
  await until(async () =>
    expect((await started("filtered"))[0]).toMatchObject({ tagName: "v1", commitId: docs }),
  );
  await at.host.git("octo/plain", "update-ref", "-d", "refs/tags/v1");
  await looks("octo/plain", 2);
  expect(await started("filtered")).toHaveLength(2);
  expect(await started("plain")).toHaveLength(2);
});

test("what was delivered isn't found again, and what was found starts no more when it is delivered", async () => {
  const arn = await at.connect("GitHub");
  await at.host.createRepository("octo/told");
  await at.host.commit("octo/told", "main", { "a.txt": "1" });
  await create("told", arn, "octo/told");
  const scope = { account: "000000000000", region: "us-east-1" };
  const options = { renews: false, publicUrl: at.fixture.server.url };
  const { url, secret = "" } = await at.admin.webhook(scope, arn, options);
  await known("octo/told");

  await at.host.commit("octo/told", "main", { "a.txt": "2" });
  const found = at.host.lastPush();
  await until(async () => expect(await started("told")).toHaveLength(1));
  expect((await deliver(url, found, { secret })).body).toEqual({ result: "duplicate" });

  await at.host.commit("octo/told", "main", { "a.txt": "3" });
  const answer = await deliver(url, at.host.lastPush(), { secret });
  expect(["started", "duplicate"]).toContain(answer.body.result);
  // It is looked at seldom now, unless something makes it due.
  await store.transaction((tx) => tx.updateTable("connection_poll").set({ due: 0 }).execute());
  await until(async () => {
    const due = await store.read
      .selectFrom("connection_poll")
      .select("container")
      .where("due", "=", 0)
      .execute();
    expect(due).toEqual([]);
  });
  await looks("octo/plain", 1);
  expect(await started("told")).toHaveLength(2);
});

/** The next look is long after: the host tells of changes, and one that knew it is over. */
async function lookedTold(repository: string): Promise<void> {
  await until(async () => expect((await findPoll(repository))?.due).toBeGreaterThan(Date.now() + 60_000));
}

for (const look of ["the first look", "a later look"])
  test(`what is delivered while the host answers ${look} isn't taken back by it, nor found again`, async () => {
    const name = look === "the first look" ? "first" : "late";
    const repository = `octo/${name}`;
    const arn = await at.connect("GitHub");
    await at.host.createRepository(repository);
    await at.host.commit(repository, "main", { "a.txt": "1" });
    const scope = { account: "000000000000", region: "us-east-1" };
    const options = { renews: false, publicUrl: at.fixture.server.url };
    const { url, secret = "" } = await at.admin.webhook(scope, arn, options);
    const createIt = () => create(name, arn, repository, EVERY_BRANCH);
    if (name === "late") {
      await createIt();
      await known(repository);
    }

    const held = at.host.holdRefs(repository);
    if (name === "first") await createIt();
    await held.asked;
    const pushed: string[] = [];
    for (const branch of ["main", "new"]) {
      pushed.unshift(await at.host.commit(repository, branch, { "a.txt": "2" }));
      expect((await deliver(url, at.host.lastPush(), { secret })).body).toMatchObject({ result: "started" });
    }
    held.release();
    await lookedTold(repository);
    expect((await started(name)).map(({ commitId }) => commitId)).toEqual(pushed);
  });

test("a repository that can't be reached is looked at again, less often, and when its connection is completed anew", async () => {
  const arn = await at.connect("Git", { user: "ada", token: "outdated-token" });
  await at.host.createRepository("octo/later");
  await at.host.commit("octo/later", "main", { "a.txt": "1" });
  await create("later", arn, "octo/later.git");
  const scope = { account: "000000000000", region: "us-east-1" };
  await at.admin.complete(scope, arn, { user: "ada", token: TOKEN });
  await known("octo/later.git");
  await at.host.commit("octo/later", "main", { "a.txt": "2" });
  await until(async () => expect(await started("later")).toHaveLength(1));
});

/** What the database knows of a repository whose first look is under way, to be changed as another server's look does. */
async function pollOf(repository: string) {
  return vi.waitUntil(
    async () => {
      const poll = await findPoll(repository);
      return poll !== undefined && poll.due > 0 && poll;
    },
    { timeout: 45_000, interval: 100 },
  );
}

test("a first look that another server forgot the repository under leaves nothing that a later pipeline starts for", async () => {
  const arn = await at.connect("GitHub");
  const repository = "octo/forgotten";
  await at.host.createRepository(repository);
  await at.host.commit(repository, "main", { "a.txt": "1" });
  const held = at.host.holdRefs(repository);
  await create("forgotten", arn, repository, EVERY_BRANCH);
  await held.asked;
  await at.fixture.client.send(new DeletePipelineCommand({ name: "forgotten" }));
  const poll = await pollOf(repository);
  await store.transaction(async (tx) => {
    await deleteConnectionPoll(tx, poll);
    await forgetKnownRefs(tx, poll);
  });
  held.release();

  await at.host.commit(repository, "main", { "a.txt": "2" });
  await create("again", arn, repository, EVERY_BRANCH);
  await known(repository);
  await looks(repository, 2);
  expect(await started("again")).toEqual([]);
});

test("what is new to a first look is found by the next one, where another server's was over first", async () => {
  const arn = await at.connect("GitHub");
  const repository = "octo/overtaken";
  await at.host.createRepository(repository);
  const main = await at.host.commit(repository, "main", { "a.txt": "1" });
  const added = await at.host.commit(repository, "new", { "a.txt": "2" });
  const held = at.host.holdRefs(repository);
  await create("overtaken", arn, repository, EVERY_BRANCH);
  await held.asked;
  const poll = await pollOf(repository);
  await store.transaction(async (tx) => {
    await addKnownRefs(tx, poll, new Map([["refs/heads/main", main]]));
    await changeConnectionPoll(tx, poll, { polled: Date.now() });
  });
  held.release();
  await until(async () => expect(await started("overtaken")).toMatchObject([{ commitId: added }]));
});

test("a failed look from before its connection was completed anew doesn't put off the next", async () => {
  // After a failure, the next look would be 20 minutes later.
  await using seldom = await connected({ worker: true, pollInterval: 600 });
  await using stack = new AsyncDisposableStack();
  const own = stack.adopt(await openStore(seldom.fixture.place), (opened) => opened.close());
  const arn = await seldom.connect("Git", { user: "ada", token: "outdated-token" });
  await seldom.host.createRepository("octo/woken");
  await seldom.host.commit("octo/woken", "main", { "a.txt": "1" });
  const stall = seldom.host.stall();
  await create("woken", arn, "octo/woken.git", undefined, seldom);
  await stall.asked;
  const scope = { account: "000000000000", region: "us-east-1" };
  await seldom.admin.complete(scope, arn, { user: "ada", token: TOKEN });
  stall.release();
  await until(async () => {
    const polls = await own.read.selectFrom("connection_poll").selectAll().execute();
    expect(polls).toMatchObject([{ polled: expect.any(Number), error: null }]);
  });
});
