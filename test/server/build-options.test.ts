import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect, onTestFinished, test, vi } from "vitest";
import { createServer, type Server } from "../../src/server/index.ts";
import { createHttpJobClient, startWorker, tryBubblewrap } from "../../src/worker/index.ts";
import { createProject } from "../worker/support/project.ts";
import { action } from "../worker/support/release.ts";
import { Journal, testFolder } from "../worker/support/worker.ts";

const bubblewrap = await tryBubblewrap();
/** An empty zip. */
const ZIP = Buffer.from(`PK\x05\x06${"\0".repeat(18)}`, "latin1");

/** Runs a Commands action, then a CodeBuild one, and answers both once the second, or the first, has failed. */
async function run({ url: endpoint, region, credentials }: Server, commands: readonly string[]) {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const aws = new CodePipelineClient({ endpoint, region, credentials });
  onTestFinished(() => {
    s3.destroy();
    aws.destroy();
  });
  const Bucket = "store";
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new PutObjectCommand({ Bucket, Key: "in.zip", Body: ZIP }));
  const source = action("Source", "S3", {
    configuration: { S3Bucket: Bucket, S3ObjectKey: "in.zip", PollForSourceChanges: "false" },
    outputArtifacts: [{ name: "Source" }],
  });
  const compute = action("Compute", "Commands", {
    commands: [...commands],
    outputVariables: ["SEEN"],
    inputArtifacts: [{ name: "Source" }],
  });
  const build = action("Build", "CodeBuild", {
    configuration: { ProjectName: "site" },
    inputArtifacts: [{ name: "Source" }],
  });
  await aws.send(
    new CreatePipelineCommand({
      pipeline: {
        name: "release",
        pipelineType: "V2",
        roleArn: "arn:aws:iam::000000000000:role/pipeline",
        artifactStore: { type: "S3", location: Bucket },
        stages: [source, compute, build].map((one) => ({ name: one.name ?? "", actions: [one] })),
      },
    }),
  );
  return await vi.waitFor(
    async () => {
      const { actionExecutionDetails = [] } = await aws.send(
        new ListActionExecutionsCommand({ pipelineName: "release" }),
      );
      expect(actionExecutionDetails.map(({ status }) => status)).toContain("Failed");
      return Object.fromEntries(actionExecutionDetails.map((one) => [one.actionName, one]));
    },
    { timeout: 20_000, interval: 100 },
  );
}

test.runIf(bubblewrap)(
  "P2.8, P10.1, P10.8 the embedded worker runs commands as the server's options and settings say",
  async () => {
    const tools = await testFolder();
    await mkdir(join(tools, "bin"));
    await writeFile(join(tools, "bin", "greet"), "#!/bin/sh\necho hello", { mode: 0o755 });
    await writeFile(join(tools, "note"), "shared");
    await using server = await createServer({
      path: `${join(tools, "bin")}:/usr/bin:/bin`,
      roPaths: [join(tools, "note")],
      settings: { "builds.network": "none", "builds.requireImage": "true" },
    });
    expect(server.sandbox).toMatch(/ in bubblewrap .*, without network$/);
    await createProject(server, "version: 0.2\nphases: {build: {commands: [true]}}");
    const { Compute, Build } = await run(server, [
      `export SEEN="$(greet) $(cat ${tools}/note) $(tail -n +3 /proc/net/dev | cut -d: -f1 | xargs)"`,
    ]);
    expect(Compute).toMatchObject({
      status: "Succeeded",
      output: { outputVariables: { SEEN: "hello shared lo" } },
    });
    expect(Build?.output?.executionResult?.errorDetails?.message).toMatch(
      /image is not supported by this worker: aws\/codebuild\/standard:7\.0/,
    );
  },
);

test("P0.6 builds.network goes with jobs to workers elsewhere: in plain processes they run nothing", async () => {
  await using server = await createServer({ worker: false, settings: { "builds.network": "none" } });
  const { url: endpoint, region, credentials } = server;
  const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  const worker = await startWorker({
    client,
    version: "0.0.0",
    workDir: await testFolder(),
    logger: new Journal(),
    sandbox: { executor: "process" },
  });
  const { Compute } = await run(server, ["export SEEN=all"]);
  expect(Compute?.output?.executionResult?.errorDetails).toMatchObject({
    code: "ConfigurationError",
    message: expect.stringContaining("builds.network is not supported by this worker: none"),
  });
  await worker.stop(0);
  client.close();
});

test("P2.8 auto asks for an engine when a build could use one, not before, and says of it in the worker's log", async () => {
  const bin = await testFolder();
  const asked = join(bin, "asked");
  for (const name of ["podman", "docker"])
    await writeFile(
      join(bin, name),
      `#!/bin/sh\necho ${name} >> ${asked}\necho 'Error: no service' >&2\nexit 1\n`,
      { mode: 0o755 },
    );
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  await using server = await createServer({ worker: false, settings: { "images.*": "node:24" } });
  const { url: endpoint, region, credentials } = server;
  const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
  const logger = new Journal();
  const worker = await startWorker({ client, version: "0.0.0", workDir: await testFolder(), logger });
  expect(existsSync(asked)).toBe(false);
  const { Compute } = await run(server, ["echo ran here; exit 3"]);
  expect(Compute?.output?.executionResult?.errorDetails?.message).toContain("ran here");
  expect(readFileSync(asked, "utf8")).toBe("podman\ndocker\n");
  expect(logger.entries.filter(({ level }) => level === "warn").map(({ bindings }) => bindings)).toEqual([
    "podman is installed and doesn't answer, so no build runs in its containers: no service",
    "docker is installed and doesn't answer, so no build runs in its containers: no service",
  ]);
  await worker.stop(0);
  client.close();
});
