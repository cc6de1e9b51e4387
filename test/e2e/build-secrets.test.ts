/** Secrets of builds and commands, through a whole server. */
import { randomUUID } from "node:crypto";
import {
  BatchGetBuildsCommand,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import type { ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHttpJobClient, type Job, startWorker } from "../../src/worker/index.ts";
import { temporaryFolder } from "../cli/millrace.ts";
import { codeBuild, commands } from "../codepipeline/support/declarations.ts";
import { KEYS, outside } from "../worker/support/outside.ts";
import { clientsOf } from "./support/clients.ts";
import {
  bucketWith,
  deliver,
  deliveryOf,
  deployment,
  objectSource,
  versionedBucket,
} from "./support/delivery.ts";
import { actionsOf } from "./support/history.ts";
import { type SecretHost, secretHost } from "./support/secret-host.ts";

const TOKEN = "tok-4f1c9a77e2";
const OLD = "old-90817263aa";
const PASSWORD = "pass-5d5d01b3f8";
const DENIED = "denied-77aa12ce";
const ALL = [TOKEN, OLD, PASSWORD, DENIED];
const forms = (value: string) => [value, Buffer.from(value).toString("base64").slice(0, -4)];

let host: SecretHost;
beforeAll(async () => {
  host = await secretHost();
  await host.set("/app/token", OLD);
  await host.set("/app/token", TOKEN);
  await host.set("db", JSON.stringify({ password: PASSWORD, port: 543_210 }), [
    "project:web",
    "pipeline:run",
  ]);
  await host.set("other", DENIED, ["pipeline:other"]);
  await bucketWith(host.clients, "code", { "buildspec.yml": BUILDSPEC });
  await host.clients.s3.send(new CreateBucketCommand({ Bucket: "target" }));
  await host.clients.codebuild.send(
    new CreateProjectCommand({
      name: "web",
      serviceRole: "arn:aws:iam::000000000000:role/any",
      source: { type: "CODEPIPELINE" },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "any",
        computeType: "BUILD_GENERAL1_SMALL",
        environmentVariables: [{ name: "FROM_PROJECT", value: "/app/token", type: "PARAMETER_STORE" }],
      },
    }),
  );
});
afterAll(() => host[Symbol.asyncDispose]());

const BUILDSPEC = `version: 0.2
env:
  variables: {FROM_ACTION: plain, TWICE: plain}
  parameter-store: {TOKEN: /app/token, TWICE: /app/token}
  secrets-manager: {PASSWORD: "db:password", PORT: "db:port", BEFORE: "/app/token::AWSPREVIOUS"}
  exported-variables: [TOKEN, LEAK, FINE]
phases:
  build:
    commands:
      - echo "token $TOKEN password $PASSWORD before $BEFORE port $PORT project $FROM_PROJECT"
      - printf %s "$TOKEN" | base64
      - LEAK="<$TOKEN>"; FINE=fine
      - printf '%s\\n' "$TOKEN" "$PASSWORD" "$BEFORE" "$PORT" "$FROM_PROJECT" "$FROM_ACTION" "$TWICE" > out.txt
artifacts: {files: [out.txt]}
`;

/** Publishes an action's output into the bucket `target`, below a folder. */
function publish(folder: string): ActionDeclaration {
  return {
    ...deployment("target", { ObjectKey: folder }),
    inputArtifacts: [{ name: "Out" }],
    runOrder: 2,
  };
}

async function published(folder: string): Promise<string | undefined> {
  const object = { Bucket: "target", Key: `${folder}/out.txt` };
  return (await host.clients.s3.send(new GetObjectCommand(object))).Body?.transformToString();
}

/** @param name of the pipeline */
function run(name: string, action: ActionDeclaration, ...more: ActionDeclaration[]) {
  const pipeline = deliveryOf(name, objectSource("code", "code.zip"), action, ...more);
  return deliver(host.clients, pipeline, action.name ?? "");
}

const secretVariable = (name: string, value: string) => ({ name, value, type: "SECRETS_MANAGER" as const });

test("P3.6, P3.7, P3.9, P10.3, P3.12 a build gets its secrets, writes them to its files, and shows none", async () => {
  const EnvironmentVariables = JSON.stringify([
    { name: "FROM_ACTION", value: "db:password", type: "SECRETS_MANAGER" },
  ]);
  const { codebuild, codepipeline } = host.clients;
  const { status, log } = await run(
    "build",
    codeBuild({
      configuration: { ProjectName: "web", EnvironmentVariables },
      outputArtifacts: [{ name: "Out" }],
    }),
    publish("build"),
  );
  expect({ status, log }).toEqual({
    status: "Succeeded",
    log: expect.stringContaining("token **** password **** before **** port **** project ****"),
  });
  for (const form of ALL.flatMap(forms)) expect(log).not.toContain(form);
  expect(log).toContain("[Millrace] variable TOKEN is not exported: its value is a secret");
  expect(await published("build")).toBe(
    [TOKEN, PASSWORD, OLD, "543210", TOKEN, PASSWORD, TOKEN, ""].join("\n"),
  );
  const { ids } = await codebuild.send(new ListBuildsForProjectCommand({ projectName: "web" }));
  const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids }));
  expect(builds?.[0]?.exportedEnvironmentVariables).toEqual([
    { name: "LEAK", value: "<****>" },
    { name: "FINE", value: "fine" },
  ]);
  const record = (await actionsOf(codepipeline, "build")).find(({ actionName }) => actionName === "Build");
  expect(record?.output?.outputVariables).toMatchObject({ LEAK: "<****>", FINE: "fine" });
  expect(record?.output?.outputVariables).not.toHaveProperty("TOKEN");
});

test("P3.9 a build in another region than its pipeline gets the secrets of its own", async () => {
  const far = "eu-west-1";
  await host.set("place", "secret-of-the-near");
  await host.set("place", "secret-of-the-far", undefined, far);
  for (const [bucket, region] of [["near"], ["far", far]] as const)
    await versionedBucket(host.clients, bucket, region);
  using there = clientsOf({ ...host.clients.target, region: far });
  const EnvironmentVariables = JSON.stringify([{ name: "PLACE", value: "place", type: "SECRETS_MANAGER" }]);
  const buildspec = `version: 0.2\nphases: { build: { commands: ['test "$PLACE" = secret-of-the-far'] } }\n`;
  await there.codebuild.send(
    new CreateProjectCommand({
      name: "web",
      serviceRole: "arn:aws:iam::000000000000:role/any",
      source: { type: "CODEPIPELINE", buildspec },
      artifacts: { type: "CODEPIPELINE" },
      environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
    }),
  );
  const action = codeBuild({ region: far, configuration: { ProjectName: "web", EnvironmentVariables } });
  const pipeline = {
    ...deliveryOf("far", objectSource("code", "code.zip"), action),
    artifactStores: {
      [host.clients.target.region]: { type: "S3" as const, location: "near" },
      [far]: { type: "S3" as const, location: "far" },
    },
  };
  expect(await deliver(host.clients, pipeline, "Build")).toMatchObject({ status: "Succeeded" });
});

test("P4.6 the commands of a Commands action get theirs likewise", async () => {
  const { status, log } = await run(
    "run",
    commands({
      commands: ['echo "password $PASSWORD"', 'printf %s "$PASSWORD" > out.txt'],
      environmentVariables: [secretVariable("PASSWORD", "db:password")],
      outputArtifacts: [{ name: "Out", files: ["out.txt"] }],
    }),
    publish("run"),
  );
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringContaining("password ****") });
  expect(log).not.toContain(PASSWORD);
  expect(await published("run")).toBe(PASSWORD);
});

test.each([
  [
    "a secret that isn't there",
    "missing",
    "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  ],
  [
    "a stage that it hasn't",
    "/app/token::MINE",
    "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: MINE",
  ],
  [
    "a key that it hasn't",
    "/app/token:key",
    "ResourceNotFoundException: the secret is no JSON object that could have key key",
  ],
  [
    "another pipeline's",
    "other",
    "AccessDeniedException: secret other does not allow pipeline another-pipeline-s",
  ],
])("P3.10, P3.11 %s: no command runs", async (what, reference, message) => {
  const { status, error, log } = await run(
    what.replaceAll(/[^a-z]/g, "-"),
    commands({ commands: ["echo ran"], environmentVariables: [secretVariable("S", reference)] }),
  );
  expect({ status, error }).toEqual({ status: "Failed", error: `JobFailed: ${message}` });
  expect(log).not.toMatch(/^ran$/m);
});

test("P3.10 a build says which of its variables' parameters isn't there", async () => {
  const EnvironmentVariables = JSON.stringify([{ name: "P", value: "/not/there", type: "PARAMETER_STORE" }]);
  const { error } = await run(
    "no-parameter",
    codeBuild({ configuration: { ProjectName: "web", EnvironmentVariables } }),
  );
  expect(error).toBe(
    "JobFailed: Build terminated with state: FAILED. Phase: DOWNLOAD_SOURCE, Code: Decrypted Variables Error, Message: parameter does not exist: /not/there",
  );
});

test("P3.9, P0.11 what the server doesn't keep comes from the operator's endpoint, asked again when that fails", async () => {
  const service = await outside((_, count) =>
    count === 1 ? { status: 503 } : { body: JSON.stringify({ Parameters: [{ Value: PASSWORD }] }) },
  );
  const settings = { "endpoint.ssm": service.url, "credentials.ssm": JSON.stringify(KEYS) };
  await using other = await secretHost({ settings });
  await bucketWith(other.clients, "code", { "a.txt": "a" });
  const spec = "version: 0.2\nphases: { build: { commands: ['echo \"password $P\"'] } }\n";
  await other.clients.codebuild.send(
    new CreateProjectCommand({
      name: "web",
      serviceRole: "arn:aws:iam::000000000000:role/any",
      source: { type: "CODEPIPELINE", buildspec: spec },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "any",
        computeType: "BUILD_GENERAL1_SMALL",
        environmentVariables: [{ name: "P", value: "/app/password", type: "PARAMETER_STORE" }],
      },
    }),
  );
  const action = codeBuild({ configuration: { ProjectName: "web" } });
  const pipeline = deliveryOf("outside", objectSource("code", "code.zip"), action);
  const { status, log } = await deliver(other.clients, pipeline, "Build");
  expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringContaining("password ****") });
  expect(log).not.toContain(PASSWORD);
  expect(service.received.map(({ signedBy }) => signedBy)).toEqual([
    `${KEYS.accessKeyId}/us-east-1/ssm`,
    `${KEYS.accessKeyId}/us-east-1/ssm`,
  ]);
});

test("P0.5, P3.9 a worker on another host asks over HTTP, for the jobs that it runs and no others", async () => {
  await using folder = await temporaryFolder();
  await using other = await secretHost({ worker: false });
  const { endpoint, region, credentials } = other.clients.target;
  const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  const taken: Job[] = [];
  const worker = await startWorker({
    client: {
      ...client,
      async poll(request, signal) {
        const jobs = await client.poll(request, signal);
        taken.push(...jobs);
        return jobs;
      },
    },
    version: "1",
    workDir: folder.path,
    logger: pino({ level: "silent" }),
  });
  try {
    await other.set("token", TOKEN);
    await bucketWith(other.clients, "code", { "a.txt": "a" });
    const action = commands({
      commands: ['echo "token $T"'],
      environmentVariables: [secretVariable("T", "token")],
    });
    const pipeline = deliveryOf("remote", objectSource("code", "code.zip"), action);
    const { status, log } = await deliver(other.clients, pipeline, "Run");
    expect({ status, log }).toEqual({ status: "Succeeded", log: expect.stringContaining("token ****") });

    expect(taken.map(({ actionTypeId }) => actionTypeId.provider)).toEqual(["S3", "Commands"]);
    for (const { id } of taken)
      expect(await client.resolveSecret(id, "secrets-manager", "token")).toEqual({
        refused: "AccessDeniedException: secrets are given to builds and commands that run only",
      });
    await expect(client.resolveSecret(randomUUID(), "secrets-manager", "token")).rejects.toMatchObject({
      code: "JobNotFoundException",
    });
    await expect(client.resolveSecret(taken[0]?.id ?? "", "other" as never, "token")).rejects.toMatchObject({
      code: "ValidationException",
    });
  } finally {
    await worker.stop(0);
    client.close();
  }
});
