/** Apps of the CDK, synthesised with aws-cdk-lib, imported, and run. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListPipelinesCommand,
  PollForJobsCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openConnections } from "../../src/server/open-connections.ts";
import { zipOf } from "../e2e/support/archive.ts";
import { ended } from "../e2e/support/delivery.ts";
import { gitUrl, workingCopy } from "../e2e/support/working-copy.ts";
import { deliver, type GitHub, gitHub, TOKEN } from "../webhooks/support/github.ts";
import { type Importing, importing } from "./support/importing.ts";

const apps = fileURLToPath(new URL("cdk/apps.mjs", import.meta.url));

let at: Importing;
let host: GitHub;
let assemblies: string;
beforeAll(async () => {
  host = await gitHub();
  at = await importing({ settings: { "github.url": host.url, "github.endpoint": host.apiUrl } });
  assemblies = await mkdtemp(join(tmpdir(), "millrace-cdk-"));
  await promisify(execFile)(process.execPath, [apps, assemblies], { env: { PATH: process.env.PATH } });
  // The CDK is so large that it takes seconds where others work, too.
}, 180_000);
afterAll(async () => {
  await at[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
  await rm(assemblies, { recursive: true, force: true });
});

const deploy = (name: string, options: Partial<Parameters<Importing["importsFiles"]>[0]> = {}) =>
  at.importsFiles({ ...options, files: [join(assemblies, name)] });
/** What was said of things that are made, not of those that are skipped. */
const made = (said: readonly string[]) =>
  said.filter((line) => /^[+~=] |^dry run: |^\d+ to create/.test(line));
const pipelineOf = async (name: string) =>
  (await at.clients.codepipeline.send(new GetPipelineCommand({ name }))).pipeline;
const textOf = async (bucket: string, key: string, clients = at.clients) =>
  (await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body?.transformToString();

describe("a V2 pipeline with a repository, a build and a deployment", () => {
  test("is made in order, with what it needs, and runs from a push to the page", async () => {
    expect(made(await deploy("delivery"))).toEqual([
      "+ bucket delivery-sitee53d7754 (us-east-1)",
      "+ bucket delivery-pipelineartifactsbucket22248f97 (us-east-1)",
      "+ repository shop (us-east-1)",
      "+ build project Delivery-Build45A36621 (us-east-1)",
      "+ pipeline shop (us-east-1)",
      "5 to create, 0 to update, 0 unchanged, 16 skipped",
    ]);
    await ended(at.clients, "shop");
    await using copy = await workingCopy();
    await copy.commit("first");
    await copy.git("push", "--quiet", gitUrl(at.clients.target, "shop"), "HEAD:main");
    await vi.waitFor(
      async () => {
        expect(await ended(at.clients, "shop")).toMatchObject({ status: "Succeeded" });
      },
      { timeout: 30_000 },
    );
    expect(await textOf("delivery-sitee53d7754", "www/page.txt")).toBe("hello from test\n");
  });

  test("is left alone by a second import, and changed by one with another parameter, where it differs", async () => {
    expect(made(await deploy("delivery"))).toEqual(["0 to create, 0 to update, 5 unchanged, 16 skipped"]);
    const parameters = { Stage: "production" };
    const shown = await deploy("delivery", { parameters, dryRun: true });
    expect(shown).toContain('    ~ environment.environmentVariables[STAGE].value: "test" → "production"');
    expect(made(await deploy("delivery", { parameters }))).toEqual([
      "~ build project Delivery-Build45A36621 (us-east-1)",
      "0 to create, 1 to update, 4 unchanged, 16 skipped",
    ]);
    expect((await pipelineOf("shop"))?.version).toBe(1);
    await expect(deploy("delivery", { parameters: { Stage: "moon" } })).rejects.toThrow(
      /Parameters\.Stage: the value given is not one of AllowedValues: test, production/,
    );
  });

  test("what is skipped is said with the reason", async () => {
    const said = await deploy("delivery", { dryRun: true });
    const reason = said.indexOf(
      "- skipped: roles and policies decide nothing here: who may do what is said by the server's own users",
    );
    expect(said.slice(reason)).toContain("    Delivery/BuildRoleB7C66CB2 (AWS::IAM::Role)");
    expect(said).toContain(
      "note: Delivery/PipelineArtifactsBucket22248F97: BucketEncryption, PublicAccessBlockConfiguration: without effect, the built-in store has no such settings",
    );
  });
});

test("a V1 pipeline that polls has its type, its source and its disabled transition", async () => {
  await deploy("classic");
  const name = "Classic-PipelineC660917D";
  expect(await pipelineOf(name)).toMatchObject({ pipelineType: "V1", version: 1 });
  await at.clients.s3.send(
    new PutObjectCommand({ Bucket: "classic-inbox", Key: "code.zip", Body: zipOf({ "a.txt": "a" }) }),
  );
  await vi.waitFor(
    async () => {
      const { stageStates = [] } = await at.clients.codepipeline.send(new GetPipelineStateCommand({ name }));
      expect(stageStates[0]?.latestExecution?.status).toBe("Succeeded");
      expect(stageStates[1]).toMatchObject({
        inboundTransitionState: { enabled: false, disabledReason: "Not before Monday" },
        inboundExecution: { status: "InProgress" },
      });
    },
    { timeout: 20_000 },
  );
  expect(made(await deploy("classic"))).toEqual(["0 to create, 0 to update, 3 unchanged, 6 skipped"]);
});

test("an app with a store in another region makes each stack where it belongs, and delivers there", async () => {
  const ireland = at.clientsIn("eu-west-1");
  await ireland.s3.send(new CreateBucketCommand({ Bucket: "regional-site" }));
  expect(made(await deploy("regional"))).toEqual([
    "+ bucket regional-inbox (us-east-1)",
    "+ bucket regional-pipelineartifactsbucket22248f97 (us-east-1)",
    "+ bucket regional-support-eu-west-eplicationbucket91f1e23f91d01ec644b1 (eu-west-1)",
    "+ pipeline regional (us-east-1)",
    "4 to create, 0 to update, 0 unchanged, 12 skipped",
  ]);
  const stores = (await pipelineOf("regional"))?.artifactStores ?? {};
  expect(Object.keys(stores).sort()).toEqual(["eu-west-1", "us-east-1"]);
  await ended(at.clients, "regional");
  await at.clients.s3.send(
    new PutObjectCommand({ Bucket: "regional-inbox", Key: "code.zip", Body: zipOf({ "index.html": "<p>" }) }),
  );
  await vi.waitFor(async () => expect(await textOf("regional-site", "index.html", ireland)).toBe("<p>"), {
    timeout: 20_000,
  });
});

test("a custom action's jobs reach the job worker that asks for its project", async () => {
  expect(made(await deploy("custom"))).toContain("+ action type Custom/Build/OurJenkins/2 (us-east-1)");
  await at.clients.s3.send(
    new PutObjectCommand({ Bucket: "custom-inbox", Key: "code.zip", Body: zipOf({ "a.txt": "a" }) }),
  );
  await vi.waitFor(
    async () => {
      const { jobs } = await at.clients.codepipeline.send(
        new PollForJobsCommand({
          actionTypeId: { category: "Build", owner: "Custom", provider: "OurJenkins", version: "2" },
          queryParam: { ProjectName: "shop" },
        }),
      );
      expect(jobs?.[0]?.data?.inputArtifacts).toMatchObject([{ name: "Source" }]);
    },
    { timeout: 20_000 },
  );
  expect(made(await deploy("custom"))).toEqual(["0 to create, 0 to update, 4 unchanged, 7 skipped"]);
});

describe("what can't work is told before anything is changed", () => {
  const names = async () => {
    const { pipelines = [] } = await at.clients.codepipeline.send(new ListPipelinesCommand());
    const { Buckets = [] } = await at.clients.s3.send(new ListBucketsCommand());
    return [...pipelines.map(({ name }) => name), ...Buckets.map(({ Name }) => Name)];
  };

  test("a connection that isn't there", async () => {
    const before = await names();
    await expect(deploy("elsewhere")).rejects.toThrow(
      /^Elsewhere\/PipelineC660917D: InvalidActionDeclarationException: Connection arn:aws:codestar-connections:us-east-1:000000000000:connection\/0a1b2c3d in action 'GitHub' could not be found/,
    );
    expect(await names()).toEqual(before);
  });

  test("a secret that nobody gave", async () => {
    const before = await names();
    await expect(deploy("webhook")).rejects.toThrow(
      /{{resolve:secretsmanager:github-token:SecretString:::}} has no value: give --secrets FILE, a JSON object with a member "secretsmanager:github-token"/,
    );
    expect(await names()).toEqual(before);
  });
});

describe("a GitHub source with a webhook", () => {
  const secretValues = { "secretsmanager:github-token": TOKEN };
  const hook = "webhook Hooked-PipelineSourceGitHubWebhookResource60875CAB (us-east-1)";

  test("its token is put in, and said nowhere", async () => {
    const said = await deploy("webhook", { secretValues, dryRun: true });
    expect(said).toContain(`+ ${hook}`);
    expect(said).toContain('    + stages[Source].actions[GitHub].configuration.OAuthToken: "****"');
    expect(said).toContain('    + filters[0].matchEquals: "refs/heads/{Branch}"');
    expect(said.join()).not.toContain(TOKEN);
  });

  test("is not kept when GitHub refuses it, and is made by the next import", async () => {
    await expect(deploy("webhook", { secretValues })).rejects.toThrow(
      /^webhook Hooked-PipelineSourceGitHubWebhookResource60875CAB: .*What is said above was done; the rest was not/s,
    );
    await host.createRepository("octo/shop");
    await host.commit("octo/shop", "main", { "a.txt": "a" });
    expect(made(await deploy("webhook", { secretValues }))).toEqual([
      `+ ${hook}`,
      "1 to create, 0 to update, 2 unchanged, 4 skipped",
    ]);
    expect(host.hooks("octo/shop")).toHaveLength(1);
  });

  test("a push that GitHub tells of starts the pipeline", async () => {
    const [{ config: { url = "" } = {} } = {}] = host.hooks("octo/shop");
    await host.commit("octo/shop", "main", { "a.txt": "b" });
    expect(await deliver(url, host.lastPush(), { secret: TOKEN })).toMatchObject({
      status: 200,
      body: { result: "started" },
    });
    await vi.waitFor(
      async () => {
        const { stageStates = [] } = await at.clients.codepipeline.send(
          new GetPipelineStateCommand({ name: "hooked" }),
        );
        expect(stageStates[0]?.latestExecution?.status).toBe("Succeeded");
      },
      { timeout: 20_000 },
    );
    expect(made(await deploy("webhook", { secretValues }))).toEqual([
      "0 to create, 0 to update, 3 unchanged, 4 skipped",
    ]);
  });
});

describe("a connection, and a pipeline with triggers", () => {
  test("is made, completed, and started by the pushes that its filters are for", async () => {
    expect(made(await deploy("trigger"))).toEqual([
      "+ bucket triggered-pipelineartifactsbucket22248f97 (us-east-1)",
      "+ connection hub (us-east-1)",
      "+ pipeline triggered (us-east-1)",
      expect.stringMatching(/^3 to create, 0 to update, 0 unchanged/),
    ]);
    await host.createRepository("octo/triggered");
    await host.commit("octo/triggered", "main", { "a.txt": "a" });
    const allowOutgoing = [new URL(host.url).host];
    await using admin = await openConnections(
      { dataDir: at.server.dataDir },
      { allowOutgoing, gitHubApiUrl: host.apiUrl },
    );
    const scope = { account: at.server.accountId, region: "us-east-1" };
    expect(await admin.complete(scope, "hub", { token: TOKEN })).toBe("octo");
    const options = { renews: false, publicUrl: at.server.url };
    const { url, secret = "" } = await admin.webhook(scope, "hub", options);

    const push = async (branch: string, files: Record<string, string>) => {
      await host.commit("octo/triggered", branch, files);
      return (await deliver(url, host.lastPush(), { secret })).body.result;
    };
    expect(await push("main", { "a.txt": "a", "docs/a.md": "a" })).toBe("filtered");
    expect(await push("main", { "a.txt": "b", "docs/a.md": "a" })).toBe("started");
    await vi.waitFor(
      async () => {
        const { stageStates = [] } = await at.clients.codepipeline.send(
          new GetPipelineStateCommand({ name: "triggered" }),
        );
        expect(stageStates[0]?.latestExecution?.status).toBe("Succeeded");
        expect(stageStates[1]?.latestExecution?.status).toBe("InProgress");
      },
      { timeout: 20_000 },
    );
    expect(made(await deploy("trigger"))).toEqual([
      expect.stringMatching(/^0 to create, 0 to update, 3 unchanged/),
    ]);
  });
});

test("the bucket of a support stack is in its own region", async () => {
  const Bucket = "regional-support-eu-west-eplicationbucket91f1e23f91d01ec644b1";
  const { BucketRegion } = await at.clients.s3.send(new HeadBucketCommand({ Bucket }));
  expect(BucketRegion).toBe("eu-west-1");
});
