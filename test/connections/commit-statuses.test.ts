/** What git hosts are told of the commits that pipelines work on (S7.11), by whole servers. */
import {
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { GetConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openInstallation } from "../../src/server/open-installation.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { signed } from "../logs/support/signed.ts";
import { deliver } from "../webhooks/support/github.ts";
import { pushPayload } from "../webhooks/support/github-api.ts";
import { type Connected, connected, connectionSource } from "./support/connected.ts";

const scope = { account: "000000000000", region: "us-east-1" };
const repository = "octo/shop";
let at: Connected;
let commit: string;
beforeAll(async () => {
  at = await connected({ worker: true });
  await at.host.createRepository(repository);
  commit = await at.host.commit(repository, "main", { "word.txt": "first" });
});
afterAll(() => at[Symbol.asyncDispose]());

/** What the host was told of a pipeline, once that was so much. */
async function told(pipeline: string, count: number, { host } = at) {
  return await vi.waitFor(
    () => {
      const taken = host.commitStatuses.taken.filter(({ context }) => context === `millrace/${pipeline}`);
      expect(taken).toHaveLength(count);
      return taken;
    },
    { timeout: 30_000, interval: 20 },
  );
}

async function newestSummary(pipelineName: string, { fixture } = at) {
  const { pipelineExecutionSummaries: [newest] = [] } = await fixture.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return newest;
}

const newestExecution = async (pipelineName: string) =>
  (await newestSummary(pipelineName))?.pipelineExecutionId ?? "";

async function nothingQueued({ fixture: { server, place } } = at): Promise<void> {
  const { store } = await openInstallation({ ...place, dataDir: server.dataDir } as never);
  const queued = () => store.read.selectFrom("commit_status").select("id").execute();
  await vi.waitFor(async () => expect(await queued()).toEqual([]), { timeout: 30_000 });
  await store.close();
}

/** Holds an execution where it is, so that whatever is to be told of it is. */
const release = () => stage("Release", approval());

async function answer(pipelineName: string, status: "Approved" | "Rejected", { fixture } = at) {
  const token = await vi.waitFor(
    async () => {
      const { actionExecutionDetails = [] } = await fixture.client.send(
        new ListActionExecutionsCommand({ pipelineName }),
      );
      const waiting = actionExecutionDetails.find(({ stageName }) => stageName === "Release");
      expect(waiting).toBeDefined();
      return waiting?.actionExecutionId;
    },
    { timeout: 30_000 },
  );
  await fixture.client.send(
    new PutApprovalResultCommand({
      pipelineName,
      stageName: "Release",
      actionName: "Approve",
      token,
      result: { status, summary: "" },
    }),
  );
}

test.each([
  ["GitHub", "pending", "success"],
  ["GitHubEnterpriseServer", "pending", "success"],
  ["GitLabSelfManaged", "running", "success"],
  ["Gitea", "pending", "success"],
])("S7.11: %s is told when a commit is taken up, and how that ended", async (type, running, good) => {
  const name = `told-${type}`;
  await at.createPipeline(name, connectionSource(await at.connect(type)), release());
  await told(name, 1);
  await answer(name, "Approved");
  const url = `${at.fixture.server.url}/console/pipelines/${name}/executions/${await newestExecution(name)}`;
  const common = { commit, context: `millrace/${name}`, url };
  expect(await told(name, 2)).toEqual([
    { ...common, state: running, description: "In progress" },
    { ...common, state: good, description: "Succeeded" },
  ]);
});

test("S7.4, S7.11: of a repository that is named as its clone is, the host is told by its own name", async () => {
  const fetch = connectionSource(await at.connect(), { FullRepositoryId: "octo/shop.git" });
  await at.createPipeline("cloned", fetch, release());
  expect(await told("cloned", 1)).toMatchObject([{ commit, state: "pending" }]);
});

test("S7.11: of a failure the first action that failed is told", async () => {
  await at.createPipeline("breaks", connectionSource(await at.connect()), release());
  await told("breaks", 1);
  await answer("breaks", "Rejected");
  const [, failed] = await told("breaks", 2);
  expect(failed).toMatchObject({ state: "failure", description: "Failed in Release: Approve" });
});

test("S7.11: a commit that starts an execution is told of before it is fetched; a stop tells so", async () => {
  const arn = await at.connect();
  const { url, secret = "" } = await at.admin.webhook(scope, arn, {
    renews: false,
    publicUrl: at.fixture.server.url,
  });
  await at.createPipeline("pushed", connectionSource(arn), release());
  await told("pushed", 1);
  const before = commit;
  const after = await at.host.commit(repository, "main", { "word.txt": "pushed" });
  const stalled = at.host.stall();
  await deliver(url, pushPayload(repository, "refs/heads/main", before, after), { secret });
  const [, second] = await told("pushed", 2);
  expect(second).toMatchObject({ commit: after, state: "pending" });
  stalled.release();
  await at.fixture.client.send(
    new StopPipelineExecutionCommand({
      pipelineName: "pushed",
      pipelineExecutionId: await newestExecution("pushed"),
      abandon: true,
    }),
  );
  const [, , third] = await told("pushed", 3);
  expect(third).toMatchObject({ commit: after, state: "error", description: "Stopped" });
});

test("S7.11: a host that is out of order is told a second later, and no execution waits for it", async () => {
  at.host.commitStatuses.refusals.push({ status: 503 });
  const asked = at.host.commitStatuses.asked();
  await at.createPipeline("again", connectionSource(await at.connect()), release());
  await told("again", 1);
  expect(at.host.commitStatuses.asked()).toBe(asked + 2);
  await answer("again", "Approved");
  expect((await told("again", 2)).at(-1)?.state).toBe("success");
});

test.each([403, 404, 422])(
  "S7.11: a host that answers %i isn't asked again, and the source's log says so",
  async (status) => {
    at.host.commitStatuses.refusals.push({ status });
    const name = `refused-${status}`;
    await at.createPipeline(name, connectionSource(await at.connect()), release());
    await vi.waitFor(() => expect(at.host.commitStatuses.refusals).toEqual([]), { timeout: 30_000 });
    const { client, server } = at.fixture;
    const { actionExecutionDetails = [] } = await client.send(
      new ListActionExecutionsCommand({ pipelineName: name }),
    );
    const fetch = actionExecutionDetails.find(({ actionName }) => actionName === "Fetch");
    const newest = await at.host.git(repository, "rev-parse", "main");
    const line = `[Millrace] the status of commit ${newest} was not set: ${new URL(at.host.url).host} answered ${status}`;
    await vi.waitFor(
      async () => {
        const read = await signed(server.url, `/logs/${fetch?.actionExecutionId}`, server.credentials);
        expect(await read.text()).toContain(line);
      },
      { timeout: 30_000 },
    );
    // What comes later is told all the same.
    await answer(name, "Approved");
    expect(await told(name, 1)).toMatchObject([{ state: "success" }]);
  },
);

test("S7.11: GitLab, which refuses to be told the same twice, knows it then", async () => {
  const arn = await at.connect("GitLabSelfManaged");
  await at.createPipeline("twice", connectionSource(arn), release());
  await told("twice", 1);
  const asked = at.host.commitStatuses.asked();
  await at.fixture.client.send(new StartPipelineExecutionCommand({ name: "twice" }));
  await vi.waitFor(() => expect(at.host.commitStatuses.asked()).toBe(asked + 1), { timeout: 30_000 });
  await nothingQueued();
  expect(await told("twice", 1)).toMatchObject([{ state: "running" }]);
});

test("S7.2, S7.11: a host that doesn't take the token any more makes the connection ERROR", async () => {
  const arn = await at.connect();
  await at.createPipeline("locked-out", connectionSource(arn), release());
  await told("locked-out", 1);
  at.host.revoke();
  try {
    await at.fixture.client.send(
      new StopPipelineExecutionCommand({
        pipelineName: "locked-out",
        pipelineExecutionId: await newestExecution("locked-out"),
        abandon: true,
      }),
    );
    await vi.waitFor(
      async () => {
        const { Connection } = await at.connections.send(new GetConnectionCommand({ ConnectionArn: arn }));
        expect(Connection?.ConnectionStatus).toBe("ERROR");
      },
      { timeout: 30_000 },
    );
  } finally {
    at.host.restore();
  }
});

test("S7.11: where the operator says statuses.* = false, no host is told anything", async () => {
  await using silent = await connected({ worker: true, settings: { "statuses.*": "false" } });
  await silent.host.createRepository(repository);
  await silent.host.commit(repository, "main", { "word.txt": "first" });
  await silent.createPipeline("silent", connectionSource(await silent.connect()), release());
  await answer("silent", "Approved", silent);
  await vi.waitFor(async () => expect((await newestSummary("silent", silent))?.status).toBe("Succeeded"), {
    timeout: 30_000,
  });
  await nothingQueued(silent);
  expect(silent.host.commitStatuses.asked()).toBe(0);
});
