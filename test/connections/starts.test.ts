/** What deliveries to connections start (S4, S7.5 to S7.7). */
import { createHmac, randomUUID } from "node:crypto";
import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  type GitConfiguration,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateConnectionCommand, DeleteConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { approval, commands, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { deliver, signature } from "../webhooks/support/github.ts";
import { type Connected, connected, connectionSource } from "./support/connected.ts";

let at: Connected;
beforeAll(async () => {
  at = await connected({ worker: true, webhookDeliveriesPerMinute: 10_000 });
});
afterAll(() => at[Symbol.asyncDispose]());

const scope = { account: "000000000000", region: "us-east-1" };
const hook = (arn: string, renews = false) =>
  at.admin.webhook(scope, arn, { renews, publicUrl: at.fixture.server.url });

interface Hooked {
  readonly arn: string;
  readonly url: string;
  readonly secret: string;
}

async function hooked(providerType = "GitHub"): Promise<Hooked> {
  const arn = await at.connect(providerType);
  const { url, secret = "" } = await hook(arn);
  return { arn, url, secret };
}

/** A pipeline that stops at an approval, with these filters. */
async function create(name: string, arn: string, git?: Partial<GitConfiguration>, configuration = {}) {
  const given = pipeline({
    name,
    pipelineType: "V2",
    executionMode: "PARALLEL",
    stages: [stage("Source", connectionSource(arn, configuration)), stage("Release", approval())],
    ...(git !== undefined && {
      triggers: [
        {
          providerType: "CodeStarSourceConnection",
          gitConfiguration: { sourceActionName: "Fetch", ...git },
        },
      ],
    }),
  });
  await at.fixture.client.send(new CreatePipelineCommand({ pipeline: given }));
  return given;
}

/** What connections started, oldest first. */
async function started(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await at.fixture.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries
    .filter(({ trigger }) => trigger?.triggerType === "WebhookV2")
    .map(({ trigger, pipelineExecutionId }) => ({
      id: pipelineExecutionId ?? "",
      detail: JSON.parse(trigger?.triggerDetail ?? "") as Record<string, unknown>,
    }))
    .reverse();
}

const ZERO = "0".repeat(40);
let commits = 0;
const newCommit = () => createHmac("sha1", "c").update(String(commits++)).digest("hex");
const push = (ref: string, changes: object = {}) => {
  const after = newCommit();
  return {
    ref,
    before: newCommit(),
    after,
    head_commit: { id: after },
    repository: { full_name: "octo/shop" },
    sender: { login: "ada" },
    ...changes,
  };
};
const request = (action: string, target: string, fork = false) => ({
  action,
  repository: { full_name: "octo/shop" },
  pull_request: {
    number: 7,
    title: "Topic",
    head: { ref: "topic", sha: newCommit(), repo: { full_name: fork ? "eve/shop" : "octo/shop" } },
    base: { ref: target, repo: { full_name: "octo/shop" } },
  },
});

test("S4.10, S4.29: without filters every push to exactly the branch starts, bound to the commit that it names (api.md §4.2)", async () => {
  const { arn, url, secret } = await hooked();
  await create("default", arn);
  // Whoever has the repository in another case, or the connection in the other spelling, has the same.
  await create("spelt", arn.replace("codestar-connections", "codeconnections"), undefined, {
    FullRepositoryId: "Octo/Shop",
  });
  const payload = push("refs/heads/main");
  const key = randomUUID();
  const sent = await deliver(url, payload, { secret, headers: { "x-github-delivery": key } });
  expect(sent).toMatchObject({ status: 200, body: { result: "started", executions: 2 } });
  expect(await started("spelt")).toHaveLength(1);
  expect(await started("default")).toMatchObject([
    {
      detail: {
        providerType: "GitHub",
        connectionArn: arn,
        fullRepositoryName: "octo/shop",
        eventType: "PUSH",
        branchName: "main",
        commitId: payload.after,
        deliveryId: key,
      },
    },
  ]);
  for (const ref of ["refs/heads/main2", "refs/heads/Main", "refs/tags/main"])
    expect((await deliver(url, push(ref), { secret })).body).toEqual({ result: "filtered" });
  const other = push("refs/heads/main", { repository: { full_name: "octo/other" } });
  expect((await deliver(url, other, { secret })).body).toEqual({ result: "ignored" });
  const deleted = push("refs/heads/main", { after: ZERO, deleted: true });
  expect((await deliver(url, deleted, { secret })).body).toEqual({ result: "ignored" });
  expect((await deliver(url, { zen: "x" }, { secret, event: "ping" })).body).toEqual({ result: "pong" });
  expect((await deliver(url, { action: "created" }, { secret, event: "star" })).body).toEqual({
    result: "ignored",
  });
  expect(await started("default")).toHaveLength(1);
});

describe("S4.5 to S4.11: filters", () => {
  let host: Hooked;
  beforeAll(async () => {
    host = await hooked();
    const features = { includes: ["feature/**"], excludes: ["feature/wip*"] };
    await create("features", host.arn, { push: [{ branches: features }] });
    await create("tags", host.arn, {
      push: [{ tags: { includes: ["v*"] } }, { branches: { includes: ["main"] } }],
    });
    await create("requests", host.arn, {
      pullRequest: [{ events: ["OPEN", "UPDATED"], branches: { includes: ["main"] } }],
    });
    await create("closed", host.arn, { pullRequest: [{ events: ["CLOSED"] }] });
    await create("off", host.arn, undefined, { DetectChanges: "false" });
    await create(
      "filtered-off",
      host.arn,
      { push: [{ branches: { includes: ["main"] } }] },
      { DetectChanges: "false" },
    );
    await create("unfiltered", host.arn, {}, { DetectChanges: "false", BranchName: "release" });
  });
  const NAMES = ["features", "tags", "requests", "closed", "off", "filtered-off", "unfiltered"];

  test.each([
    ["push", push("refs/heads/feature/a"), ["features"]],
    ["push", push("refs/heads/feature/wip1"), []],
    ["push", push("refs/heads/main"), ["tags", "filtered-off"]],
    ["push", push("refs/heads/v1"), []],
    ["push", push("refs/tags/v1"), ["tags"]],
    ["push", push("refs/heads/release"), ["unfiltered"]],
    ["pull_request", request("opened", "main"), ["requests"]],
    ["pull_request", request("synchronize", "main"), ["requests"]],
    ["pull_request", request("opened", "feature/a"), []],
    ["pull_request", request("closed", "other"), ["closed"]],
    ["pull_request", request("labeled", "main"), []],
    ["pull_request", request("opened", "main", true), []],
  ])("a %s %j starts %j", async (event, payload, names) => {
    const before = await Promise.all(NAMES.map(started));
    const { status } = await deliver(host.url, payload, { secret: host.secret, event });
    expect(status).toBe(200);
    const after = await Promise.all(NAMES.map(started));
    const more = NAMES.filter((_, index) => (after[index]?.length ?? 0) > (before[index]?.length ?? 0));
    expect(more).toEqual(names);
  });
});

test("S4.31: the current version's trigger decides, and the pipeline's own end ends it", async () => {
  const { arn, url, secret } = await hooked();
  const given = await create("updated", arn, { push: [{ branches: { includes: ["a"] } }] });
  expect((await deliver(url, push("refs/heads/a"), { secret })).body.result).toBe("started");
  await at.fixture.client.send(
    new UpdatePipelineCommand({
      pipeline: {
        ...given,
        triggers: [
          {
            providerType: "CodeStarSourceConnection",
            gitConfiguration: { sourceActionName: "Fetch", push: [{ branches: { includes: ["b"] } }] },
          },
        ],
      },
    }),
  );
  expect((await deliver(url, push("refs/heads/a"), { secret })).body.result).toBe("filtered");
  expect((await deliver(url, push("refs/heads/b"), { secret })).body.result).toBe("started");
});

test("S4.5: two source actions of one repository make one execution, which both are bound in", async () => {
  const { arn, url, secret } = await hooked();
  const second = connectionSource(arn, {}, { name: "Second", outputArtifacts: [{ name: "More" }] });
  const stages = [stage("Source", connectionSource(arn), second), stage("Release", approval())];
  await at.fixture.client.send(
    new CreatePipelineCommand({ pipeline: pipeline({ name: "two", pipelineType: "V2", stages }) }),
  );
  expect((await deliver(url, push("refs/heads/main"), { secret })).body).toEqual({
    result: "started",
    executions: 1,
  });
});

describe("S1 for connections: what isn't authentic, whole or new starts nothing", () => {
  let host: Hooked;
  beforeAll(async () => {
    host = await hooked();
    await create("guarded", host.arn);
  });

  test("S1.33 to S1.36: a delivery is taken once, by its key and by its body", async () => {
    const payload = push("refs/heads/main");
    const headers = { "x-github-delivery": randomUUID() };
    const send = (given: object, more: object = {}) =>
      deliver(host.url, given, { secret: host.secret, ...more });
    const answers = await Promise.all([send(payload, { headers }), send(payload, { headers })]);
    expect(answers.map(({ body }) => body.result).toSorted()).toEqual(["duplicate", "started"]);
    expect((await send(payload)).body).toEqual({ result: "duplicate" });
    expect((await send(push("refs/heads/main"), { headers })).body).toEqual({ result: "duplicate" });
    // What started nothing may come again.
    const filtered = push("refs/heads/other");
    for (let n = 0; n < 2; n++) expect((await send(filtered)).body).toEqual({ result: "filtered" });
  });

  test.each([
    ["no signature", {}, 401],
    ["a wrong one", { secret: "wrong" }, 403],
    ["another's", { secret: "It's a Secret to Everybody" }, 403],
  ])("A1, A4: %s is refused", async (_, options, status) => {
    const before = await started("guarded");
    const sent = await deliver(host.url, push("refs/heads/main"), options);
    expect(sent).toMatchObject({ status, body: { message: "The delivery could not be authenticated." } });
    expect(await started("guarded")).toEqual(before);
    expect((await hook(host.arn)).error).toMatch(new RegExp(`^${status}: `));
  });

  test("S7.4a: what lacks a needed member is answered 400; the next good delivery clears the error", async () => {
    const { secret } = host;
    const { ref: _, ...payload } = push("refs/heads/main");
    expect(await deliver(host.url, payload, { secret })).toMatchObject({
      status: 400,
      body: { message: "The payload has no ref that could be read." },
    });
    expect((await hook(host.arn)).error).toBe("400: The payload has no ref that could be read.");
    await deliver(host.url, push("refs/heads/main"), { secret });
    expect((await hook(host.arn)).error).toBeUndefined();
  });

  test("S7.6: the secret is told once; a new one counts at once, at the same URL", async () => {
    expect(await hook(host.arn)).toEqual({ url: host.url, events: ["push", "pull_request"] });
    const renewed = await hook(host.arn, true);
    expect(renewed.url).toBe(host.url);
    expect((await deliver(host.url, push("refs/heads/main"), { secret: host.secret })).status).toBe(403);
    const { secret = "" } = renewed;
    expect((await deliver(host.url, push("refs/heads/main"), { secret })).body.result).toBe("started");
    host = { ...host, secret };
  });

  test("a deleted connection's URL is nobody's", async () => {
    await at.connections.send(new DeleteConnectionCommand({ ConnectionArn: host.arn }));
    expect((await deliver(host.url, push("refs/heads/main"), { secret: host.secret })).status).toBe(404);
    await expect(hook(host.arn)).rejects.toThrow("there is no connection");
  });
});

describe("S7: the other hosts' headers", () => {
  const send = (url: string, payload: object, headers: Readonly<Record<string, string>>) =>
    deliver(url, payload, {
      headers: { "x-github-event": undefined as never, "x-github-delivery": undefined as never, ...headers },
    });

  test("GitLab sends the secret itself", async () => {
    const { arn, url, secret } = await hooked("GitLabSelfManaged");
    await create("gitlab", arn, undefined, { FullRepositoryId: "group/sub/shop" });
    const payload = { ...push("refs/heads/main"), project: { path_with_namespace: "group/sub/shop" } };
    const headers = { "x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": randomUUID() };
    expect((await send(url, payload, headers)).status).toBe(401);
    expect((await send(url, payload, { ...headers, "x-gitlab-token": `${secret}x` })).status).toBe(403);
    const sent = await send(url, payload, { ...headers, "x-gitlab-token": secret });
    expect(sent.body).toEqual({ result: "started", executions: 1 });
    expect((await started("gitlab"))[0]?.detail).toMatchObject({
      providerType: "GitLabSelfManaged",
      deliveryId: headers["x-gitlab-event-uuid"],
    });
  });

  test("Gitea signs as GitHub does, without the prefix", async () => {
    const { arn, url, secret } = await hooked("Gitea");
    await create("gitea", arn);
    const payload = push("refs/heads/main");
    const sign = (text: string) => ({
      "x-gitea-event": "push",
      "x-gitea-signature": signature("sha256", text, JSON.stringify(payload)),
    });
    expect((await send(url, payload, sign("wrong"))).status).toBe(403);
    expect((await send(url, payload, sign(secret))).body).toEqual({ result: "started", executions: 1 });
  });

  test("Bitbucket signs in the older header; a request is updated by commits alone, whose ids it cuts", async () => {
    // Its place is on the public internet, so nobody is asked whose the token is.
    const { ConnectionArn: arn = "" } = await at.connections.send(
      new CreateConnectionCommand({ ConnectionName: "bucket", ProviderType: "Bitbucket" }),
    );
    const { url, secret = "" } = await hook(arn);
    await create("bucket", arn, {
      push: [{ branches: { includes: ["main"] } }],
      pullRequest: [{ events: ["UPDATED"], branches: { includes: ["main"] } }],
    });
    const sent = async (event: string, payload: object) => {
      const sha256 = signature("sha256", secret, JSON.stringify(payload));
      const headers = { "x-event-key": event, "x-hub-signature": `sha256=${sha256}` };
      return (await send(url, payload, headers)).body.result;
    };
    const repository = { full_name: "octo/shop" };
    const target = { hash: newCommit() };
    const changes = [{ old: null, new: { type: "branch", name: "main", target } }];
    expect(await sent("repo:push", { repository, push: { changes } })).toBe("started");
    const asked = (hash: string, title: string) => ({
      repository,
      pullrequest: {
        id: 3,
        title,
        source: { branch: { name: "topic" }, commit: { hash }, repository },
        destination: { branch: { name: "main" }, repository },
      },
    });
    expect(await sent("pullrequest:created", asked("0123456789ab", "T"))).toBe("filtered");
    expect(await sent("pullrequest:updated", asked("0123456789ab", "another title"))).toBe("ignored");
    expect(await sent("pullrequest:updated", asked("ba9876543210", "another title"))).toBe("started");
    expect(await sent("pullrequest:updated", asked("ba9876543210", "a third title"))).toBe("ignored");
  });

  test("plain git has no webhook", async () => {
    const arn = await at.connect("Git", { user: "ada" });
    await expect(hook(arn)).rejects.toThrow("a server of plain git tells nobody of pushes");
  });
});

describe("from a delivery to a build", () => {
  const ended = async (pipelineName: string, pipelineExecutionId: string) =>
    vi.waitFor(
      async () => {
        const { pipelineExecution } = await at.fixture.client.send(
          new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
        );
        if (pipelineExecution?.status === "InProgress") throw new Error("in progress");
        const { actionExecutionDetails = [] } = await at.fixture.client.send(
          new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
        );
        const fetched = actionExecutionDetails.find(({ actionName }) => actionName === "Fetch");
        return { execution: pipelineExecution, variables: fetched?.output?.outputVariables };
      },
      { timeout: 30_000, interval: 50 },
    );

  test("S4.26, S4.28, E4.11: branches, tags and pull requests are built as the event names them", async () => {
    const { arn, url, secret } = await hooked();
    await at.host.createRepository("octo/shop");
    await at.host.commit("octo/shop", "main", { "word.txt": "main" });
    const all = { includes: ["**"] };
    const git = { push: [{ branches: all }, { tags: all }], pullRequest: [{ branches: all }] };
    const build = (word: string) => commands({ commands: [`test "$(cat word.txt)" = ${word}`] });
    const run = async (word: string, event: string, payload: object) => {
      const name = `built-${word}`;
      await at.fixture.client.send(
        new CreatePipelineCommand({
          pipeline: pipeline({
            name,
            pipelineType: "V2",
            executionMode: "PARALLEL",
            stages: [stage("Source", connectionSource(arn)), stage("Build", build(word))],
            triggers: [
              {
                providerType: "CodeStarSourceConnection",
                gitConfiguration: { sourceActionName: "Fetch", ...git },
              },
            ],
          }),
        }),
      );
      expect((await deliver(url, payload, { secret, event })).body.result).toBe("started");
      const [one] = await started(name);
      return ended(name, one?.id ?? "");
    };

    const topic = await at.host.commit("octo/shop", "topic", { "word.txt": "branch" });
    // Newer, and not what is meant.
    await at.host.commit("octo/shop", "topic", { "word.txt": "newer" });
    const branch = await run("branch", "push", push("refs/heads/topic", { after: topic }));
    expect(branch.execution).toMatchObject({
      status: "Succeeded",
      artifactRevisions: [{ revisionId: topic }],
    });
    expect(branch.variables).toMatchObject({ BranchName: "topic", CommitId: topic });

    const tagged = await at.host.commit("octo/shop", "aside", { "word.txt": "tag" });
    await at.host.git(
      "octo/shop",
      "-c",
      "user.name=a",
      "-c",
      "user.email=b@c",
      "tag",
      "-a",
      "v1",
      "-m",
      "v1",
      tagged,
    );
    await at.host.git("octo/shop", "update-ref", "-d", "refs/heads/aside");
    const tag = await at.host.git("octo/shop", "rev-parse", "v1");
    const tags = await run("tag", "push", push("refs/tags/v1", { after: tag, head_commit: { id: tagged } }));
    expect(tags.execution).toMatchObject({
      status: "Succeeded",
      artifactRevisions: [{ revisionId: tagged }],
    });
    expect(tags.variables).toMatchObject({ TagName: "v1", CommitId: tagged });
    expect(tags.variables).not.toHaveProperty("BranchName");

    const asked = await at.host.commit("octo/shop", "asking", { "word.txt": "request" });
    await at.host.git("octo/shop", "update-ref", "refs/pull/7/head", asked);
    await at.host.git("octo/shop", "update-ref", "-d", "refs/heads/asking");
    const opened = request("opened", "main");
    opened.pull_request.head.sha = asked;
    const requested = await run("request", "pull_request", opened);
    expect(requested.execution).toMatchObject({
      status: "Succeeded",
      artifactRevisions: [{ revisionId: asked }],
    });
    expect(requested.variables).toMatchObject({
      BranchName: "topic",
      DestinationBranchName: "main",
      PullRequestId: "7",
      PullRequestTitle: "Topic",
    });
  });
});

describe("S4.20, S4.21: changed paths are found in the repository", () => {
  let host: Hooked;
  const sha: Record<string, string> = {};
  beforeAll(async () => {
    host = await hooked();
    await at.host.createRepository("octo/paths");
    // Each commit holds these files alone.
    const commit = async (name: string, branch: string, files: Record<string, string>) => {
      sha[name] = await at.host.commit("octo/paths", branch, files);
    };
    await commit("first", "main", { "src/a.ts": "1", "docs/a.md": "1" });
    await at.host.git("octo/paths", "branch", "topic", sha.first!);
    await commit("docs", "main", { "src/a.ts": "1", "docs/a.md": "2" });
    await commit("source", "main", { "src/a.ts": "2", "docs/a.md": "2" });
    await commit("moved", "main", { "lib/a.ts": "2", "docs/a.md": "2" });
    await commit("topicDocs", "topic", { "src/a.ts": "1", "docs/b.md": "1" });
    await commit("topicSource", "topic", { "src/a.ts": "9", "docs/b.md": "1" });
    const configuration = { FullRepositoryId: "octo/paths" };
    const branches = { includes: ["**"] };
    const filePaths = { includes: ["src/**"] };
    await create(
      "paths",
      host.arn,
      { push: [{ branches, filePaths }], pullRequest: [{ branches, filePaths }] },
      configuration,
    );
  });

  const repository = { full_name: "octo/paths" };
  const pushed = (before: string, after: string) =>
    push("refs/heads/main", { before: sha[before] ?? before, after: sha[after], repository });
  const asked = (head: string, action = "opened") => ({
    action,
    repository,
    pull_request: {
      number: 8,
      title: "",
      head: { ref: "topic", sha: sha[head], repo: repository },
      base: { ref: "main", sha: sha.moved, repo: repository },
    },
  });
  const send = async (payload: object, event = "push") =>
    (await deliver(host.url, payload, { secret: host.secret, event })).body.result;

  test.each([
    ["documents alone", "first", "docs", "filtered"],
    ["a source", "docs", "source", "started"],
    ["several commits", "first", "source", "started"],
    ["a source that was moved away: it is removed there", "source", "moved", "started"],
    ["a push back by force", "source", "docs", "started"],
    ["a new branch", ZERO, "source", "filtered"],
    ["a commit before that nobody has any more: rather once too often", "e".repeat(40), "docs", "started"],
  ])("%s", async (_, before, after, result) => {
    expect(await send(pushed(before, after))).toBe(result);
  });

  test("a pull request counts whole, from where it left the target", async () => {
    await at.host.git("octo/paths", "update-ref", "refs/pull/8/head", sha.topicDocs!);
    expect(await send(asked("topicDocs"), "pull_request")).toBe("filtered");
    await at.host.git("octo/paths", "update-ref", "refs/pull/8/head", sha.topicSource!);
    expect(await send(asked("topicSource", "synchronize"), "pull_request")).toBe("started");
  });

  test("S1.18: who isn't authentic is answered while an authentic delivery waits for its repository", async () => {
    sha.late = await at.host.commit("octo/paths", "main", { "src/a.ts": "3", "docs/a.md": "2" });
    const stall = at.host.stall();
    let isAnswered = false;
    const first = deliver(host.url, pushed("moved", "late"), { secret: host.secret }).finally(() => {
      isAnswered = true;
    });
    await stall.asked;
    const wrong = await deliver(host.url, push("refs/heads/main"), { secret: "wrong" });
    expect([wrong.status, isAnswered]).toEqual([403, false]);
    stall.release();
    expect((await first).body).toEqual({ result: "started", executions: 1 });
  });

  test("where the host can't be reached with the connection's token, filters of paths are met", async () => {
    at.host.revoke();
    const again = { ...pushed("first", "docs"), again: true, repository: { full_name: "Octo/paths" } };
    const fresh = await send({ ...again, before: "d".repeat(40), after: "c".repeat(40) });
    at.host.restore();
    expect(fresh).toBe("started");
  });
});
