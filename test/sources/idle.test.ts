/** S5.8: polling stops when nothing ran for 30 days. */
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { approval, pipeline, source, stage } from "../codepipeline/support/declarations.ts";
import { DAY, timeTravel } from "../codepipeline/support/time-travel.ts";
import { signed } from "../logs/support/signed.ts";
import { type GitHub, gitHub } from "../webhooks/support/github.ts";
import { gitHubPipeline } from "../webhooks/support/pipeline.ts";

let host: GitHub;
beforeAll(async () => {
  host = await gitHub();
});
afterAll(() => host[Symbol.asyncDispose]());
const here = timeTravel(() => ({
  pollInterval: 60,
  settings: { "github.endpoint": host.apiUrl, "github.url": host.url },
}));

const ANY = { accessKeyId: "AKIAANY", secretAccessKey: "any" };

async function put(Bucket: string, Body: string): Promise<void> {
  const s3 = await client();
  await s3.send(new PutObjectCommand({ Bucket, Key: "code.zip", Body }));
  s3.destroy();
}

async function client(): Promise<S3Client> {
  const region = await here.client.config.region();
  return new S3Client({ endpoint: here.endpoint, region, credentials: ANY, forcePathStyle: true });
}

async function bucket(Bucket: string): Promise<void> {
  const s3 = await client();
  await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  s3.destroy();
  await put(Bucket, "one");
}

function ofObject(name: string, polls: boolean): PipelineDeclaration {
  const fetching = source({
    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
    configuration: { S3Bucket: name, S3ObjectKey: "code.zip", PollForSourceChanges: String(polls) },
  });
  return pipeline({ name, stages: [stage("Source", fetching), stage("Deploy", approval())] });
}

const create = (declaration: PipelineDeclaration) =>
  here.client.send(new CreatePipelineCommand({ pipeline: declaration }));

async function triggers(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await here.client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries.map(({ trigger }) => trigger?.triggerType);
}

const metadata = async (name: string) => (await here.client.send(new GetPipelineCommand({ name }))).metadata;
const disabledAt = async (name: string) => (await metadata(name))?.pollingDisabledAt?.getTime();

test("S5.8: 30 days after its last execution a pipeline isn't started by changes, until one is started by hand (api.md §4)", async () => {
  await bucket("idle");
  await create(ofObject("idle", true));
  const created = Date.now();
  await here.later(30 * DAY - 1_000);
  expect(await disabledAt("idle")).toBeUndefined();
  await put("idle", "two");
  expect(await triggers("idle")).toHaveLength(2);
  const last = Date.now();
  expect(last).toBeGreaterThan(created);

  await here.later(30 * DAY);
  expect(await disabledAt("idle")).toBe(last + 30 * DAY);
  expect((await metadata("idle"))?.updated?.getTime()).toBe(created);
  await put("idle", "three");
  expect(await triggers("idle")).toHaveLength(2);

  await here.client.send(new StartPipelineExecutionCommand({ name: "idle" }));
  expect(await disabledAt("idle")).toBeUndefined();
  await put("idle", "four");
  expect(await triggers("idle")).toEqual([
    "PollForSourceChanges",
    "StartPipelineExecution",
    "PollForSourceChanges",
    "PollForSourceChanges",
  ]);
});

test("S5.8: an update switches it on again, and starts with what was missed", async () => {
  await bucket("updated");
  await create(ofObject("updated", true));
  await here.later(31 * DAY);
  await put("updated", "two");
  expect(await triggers("updated")).toHaveLength(1);
  await here.client.send(new UpdatePipelineCommand({ pipeline: ofObject("updated", true) }));
  expect(await disabledAt("updated")).toBeUndefined();
  expect(await triggers("updated")).toEqual(["PollForSourceChanges", "PollForSourceChanges"]);
});

test("S5.8: a pipeline that doesn't poll has nothing to switch off (api.md §4)", async () => {
  await bucket("told");
  await create(ofObject("told", false));
  await here.later(31 * DAY);
  expect(await metadata("told")).not.toHaveProperty("pollingDisabledAt");
  await put("told", "two");
  expect(await triggers("told")).toEqual(["CloudWatchEvent", "CreatePipeline"]);
});

test("S5.8: GitHub is asked no more, and explain says why; a start switches it on again", async () => {
  const polls = { PollForSourceChanges: "true" };
  for (const name of ["quiet", "busy"]) {
    await host.createRepository(`octo/${name}`);
    await host.commit(`octo/${name}`, "main", { "a.txt": "1" });
    await create(gitHubPipeline(name, { Repo: name, ...polls }));
  }
  const asked = (name: string) => host.calls.filter(({ path }) => path.includes(`/${name}/branches/`)).length;
  const started = (name: string, count: number) =>
    vi.waitFor(async () => expect(await triggers(name)).toHaveLength(count), {
      timeout: 20_000,
      interval: 50,
    });
  const askedAgain = (before: number) =>
    vi.waitFor(() => expect(asked("quiet")).toBeGreaterThan(before), { timeout: 20_000, interval: 50 });
  /** Later, in a server that has looked at the quiet one: once, for its time stands still. */
  const lookedAt = async (milliseconds: number) => {
    const before = asked("quiet");
    await here.later(milliseconds);
    await askedAgain(before);
  };
  await started("quiet", 1);
  await started("busy", 1);

  await lookedAt(29 * DAY);
  await host.commit("octo/busy", "main", { "a.txt": "2" });
  await lookedAt(DAY / 24);
  await started("busy", 2);

  const before = asked("quiet");
  await here.later(3 * DAY);
  await host.commit("octo/quiet", "main", { "a.txt": "2" });
  await host.commit("octo/busy", "main", { "a.txt": "3" });
  await here.later(DAY / 24);
  await started("busy", 3);
  expect(asked("quiet")).toBe(before);
  expect(await triggers("quiet")).toHaveLength(1);
  const region = await here.client.config.region();
  const explained = await signed(here.endpoint, "/explain?pipeline=quiet", ANY, { region });
  const { reasons } = JSON.parse(await explained.text()) as { reasons: { code: string; text: string }[] };
  expect(reasons.find(({ code }) => code === "pollingDisabled")?.text).toMatch(
    /^Its sources aren't looked at for changes since \S.*: nothing had run for 30 days\./,
  );

  await here.client.send(new StartPipelineExecutionCommand({ name: "quiet" }));
  await here.later(DAY / 24);
  await askedAgain(before);
});
