/** Polling of GitHub (S5), against a stand-in that says what it was asked. */
import {
  CreatePipelineCommand,
  GetPipelineStateCommand,
  PutWebhookCommand,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { approval, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { deliver, type GitHub, gitHub } from "./support/github.ts";
import { pushPayload } from "./support/github-api.ts";
import { gitHubPipeline, gitHubSource, hmacWebhook, SECRET, triggers } from "./support/pipeline.ts";

let host: GitHub;
let fixture: Fixture;
let client: Fixture["client"];

beforeAll(async () => {
  host = await gitHub();
  fixture = await startServer({
    worker: true,
    pollInterval: 1,
    settings: { "github.endpoint": host.apiUrl, "github.url": host.url },
  });
  client = fixture.client;
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

let count = 0;
async function fresh() {
  const name = `polled-${++count}`;
  const repository = `octo/${name}`;
  await host.createRepository(repository);
  return { name, repository, polls: { Repo: name, PollForSourceChanges: "true" } };
}

const create = (name: string, configuration: Readonly<Record<string, string>>) =>
  client.send(new CreatePipelineCommand({ pipeline: gitHubPipeline(name, configuration) }));

/** Waits until the pipeline has had so many executions. @returns them, newest first */
function executions(name: string, wanted: number) {
  return vi.waitFor(
    async () => {
      const found = await triggers(client, name);
      expect(found).toHaveLength(wanted);
      return found;
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** Waits until the branch was asked for so many times more. */
async function polledAgain(name: string, times = 2): Promise<void> {
  const polls = () => host.calls.filter(({ path }) => path.includes(`/${name}/branches/`)).length;
  const before = polls();
  await vi.waitFor(() => expect(polls()).toBeGreaterThanOrEqual(before + times), {
    timeout: 20_000,
    interval: 100,
  });
}

async function fetchState(name: string) {
  const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name }));
  return stageStates[0]?.actionStates?.[0];
}

describe("S5.3, S5.5: what a poll finds", () => {
  test("starts the first execution in the place of the creation, then one for each change, bound to it", async () => {
    const { name, repository, polls } = await fresh();
    const first = await host.commit(repository, "main", { "a.txt": "1" });
    await create(name, polls);
    const [created] = await executions(name, 1);
    expect(created?.trigger).toEqual({ triggerType: "PollForSourceChanges", triggerDetail: "Fetch" });
    await vi.waitFor(async () => expect((await fetchState(name))?.currentRevision?.revisionId).toBe(first), {
      timeout: 20_000,
      interval: 100,
    });
    await polledAgain(name);
    expect(await triggers(client, name)).toHaveLength(1);

    const second = await host.commit(repository, "main", { "a.txt": "2" });
    await executions(name, 2);
    await vi.waitFor(async () => expect((await fetchState(name))?.currentRevision?.revisionId).toBe(second), {
      timeout: 20_000,
      interval: 100,
    });
  });

  test("S5.9 asks for what changed only", async () => {
    const { name, repository, polls } = await fresh();
    await host.commit(repository, "main", { "a.txt": "1" });
    await create(name, polls);
    await polledAgain(name, 3);
    const asked = host.calls.filter(({ path }) => path.includes(`/${name}/branches/`));
    expect(asked.slice(1).every(({ headers }) => headers["if-none-match"] !== undefined)).toBe(true);
  });

  test("S5.5 a commit that a webhook or a start by hand has brought already starts nothing more", async () => {
    const { name, repository, polls } = await fresh();
    await host.commit(repository, "main", { "a.txt": "1" });
    await create(name, polls);
    await executions(name, 1);
    const { webhook } = await client.send(
      new PutWebhookCommand({ webhook: hmacWebhook(name, { filters: [] }) }),
    );
    // GitHub tells of the push before it answers polls with it.
    const pushed = await host.commit(repository, "hidden", { "a.txt": "2" });
    const push = pushPayload(repository, "refs/heads/main", "1".repeat(40), pushed);
    const sent = await deliver(webhook?.url ?? "", push, { secret: SECRET });
    expect(sent.body.result).toBe("started");
    await host.git(repository, "update-ref", "refs/heads/main", pushed);
    host.pushed(repository, "refs/heads/main", "1".repeat(40), pushed);
    await polledAgain(name, 3);
    const kinds = (await triggers(client, name)).map(({ trigger }) => trigger?.triggerType);
    expect(kinds).toEqual(["Webhook", "PollForSourceChanges"]);
  });

  test("S5.7 two polling actions start an execution each, two pipelines on one branch ask once in an interval", async () => {
    const { name, repository, polls } = await fresh();
    await host.commit(repository, "main", { "a.txt": "1" });
    await host.commit(repository, "next", { "a.txt": "2" });
    const other = gitHubSource(
      { ...polls, Branch: "next" },
      { name: "Next", outputArtifacts: [{ name: "More" }] },
    );
    const stages = [stage("Source", gitHubSource(polls), other), stage("Deploy", approval())];
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name, stages }) }));
    const started = await executions(name, 2);
    expect(started.map(({ trigger }) => trigger?.triggerDetail).sort()).toEqual(["Fetch", "Next"]);
  });
});

describe("S5.4: after UpdatePipeline", () => {
  test("the same target starts nothing, another one does, and polling that is new", async () => {
    const { name, repository, polls } = await fresh();
    await host.commit(repository, "main", { "a.txt": "1" });
    await host.commit(repository, "next", { "a.txt": "2" });
    await create(name, { ...polls, PollForSourceChanges: "false" });
    const update = (configuration: Readonly<Record<string, string>>) =>
      client.send(new UpdatePipelineCommand({ pipeline: gitHubPipeline(name, configuration) }));
    await update({ ...polls, Branch: "next" });
    await executions(name, 1);
    await update({ ...polls, Branch: "next" });
    await polledAgain(name);
    expect(await triggers(client, name)).toHaveLength(1);
    await update({ ...polls, Branch: "next", PollForSourceChanges: "false" });
    await update({ ...polls, Branch: "next" });
    await polledAgain(name);
    expect(await triggers(client, name)).toHaveLength(1);
  });
});

describe("S5.6: a poll that fails", () => {
  test("shows in GetPipelineState, starts nothing, and what comes into being starts it", async () => {
    const { name, repository, polls } = await fresh();
    await create(name, polls);
    await vi.waitFor(
      async () =>
        expect(await fetchState(name)).toMatchObject({
          actionName: "Fetch",
          latestExecution: {
            status: "Failed",
            errorDetails: {
              code: "ConfigurationError",
              message: `The action failed because no branch named main was found in the GitHub repository ${repository}. Make sure you are using the correct repository and branch name, and then try again.`,
            },
          },
        }),
      { timeout: 20_000, interval: 100 },
    );
    expect(await triggers(client, name)).toEqual([]);
    await host.commit(repository, "main", { "a.txt": "1" });
    // An update looks again at once, however long the poll was put off.
    await client.send(new UpdatePipelineCommand({ pipeline: gitHubPipeline(name, polls) }));
    await executions(name, 1);
    await vi.waitFor(
      async () => expect((await fetchState(name))?.latestExecution?.status).toBe("Succeeded"),
      {
        timeout: 20_000,
        interval: 100,
      },
    );
  });

  test("a token that is refused is a PermissionError", async () => {
    const { name, repository, polls } = await fresh();
    await host.commit(repository, "main", { "a.txt": "1" });
    await create(name, { ...polls, OAuthToken: "revoked" });
    await vi.waitFor(
      async () =>
        expect((await fetchState(name))?.latestExecution?.errorDetails).toEqual({
          code: "PermissionError",
          message: `Could not access the GitHub repository: "${name}". Make sure the OAuth token is valid, and then try again.`,
        }),
      { timeout: 20_000, interval: 100 },
    );
    await client.send(new StartPipelineExecutionCommand({ name }));
  });
});
