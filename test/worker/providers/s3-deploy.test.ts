import { buffer } from "node:stream/consumers";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeEach, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { inWaves } from "../../../src/worker/providers/s3-deploy/order.ts";
import { s3Deploy } from "../../../src/worker/providers/s3-deploy/provider.ts";
import { type TestHost, testHost } from "../support/host.ts";
import { JobBoard, type Result } from "../support/job-board.ts";
import { testWorker } from "../support/worker.ts";

const input = { name: "Site", bucket: "artifacts", key: "release/Site/1" };

let host: TestHost;
let board: JobBoard;

beforeEach(async () => {
  host = await testHost();
  board = new JobBoard();
  for (const Bucket of ["artifacts", "site"]) await host.s3.send(new CreateBucketCommand({ Bucket }));
  await testWorker(board, [s3Deploy]);
});

async function zipOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, text] of Object.entries(files)) {
    if (text.startsWith("->")) zip.addBuffer(Buffer.from(text.slice(2)), path, { mode: 0o120777 });
    else if (path.endsWith("/")) zip.addEmptyDirectory(path);
    else zip.addBuffer(Buffer.from(text), path);
  }
  zip.end();
  return Buffer.from(await buffer(zip.outputStream));
}

async function deploy(
  artifact: Buffer | undefined,
  configuration: Record<string, string>,
  job: { actionExecutionId?: string } = {},
): Promise<Result> {
  if (artifact !== undefined) {
    await host.s3.send(new PutObjectCommand({ Bucket: input.bucket, Key: input.key, Body: artifact }));
  }
  const actionExecutionId = job.actionExecutionId ?? "0d3f2f0e-4a9b-4a57-8d51-0c8cbe0e0001";
  const id = board.post({
    ...host.jobHere({ read: [input], writeBuckets: ["site", "missing"] }),
    actionTypeId: s3Deploy.declaration.id,
    configuration: { BucketName: "site", Extract: "true", ...configuration },
    inputArtifacts: [input],
    pipeline: {
      pipelineName: "release",
      pipelineArn: "arn:aws:codepipeline:us-east-1:000000000000:release",
      executionId: "e",
      stage: "Deploy",
      action: "Deploy",
      actionExecutionId,
    },
  });
  return await board.result(id);
}

async function keys(): Promise<string[]> {
  const { Contents = [] } = await host.s3.send(new ListObjectsV2Command({ Bucket: "site" }));
  return Contents.map(({ Key }) => Key ?? "");
}

async function object(key: string) {
  const { Body, ContentType, CacheControl } = await host.s3.send(
    new GetObjectCommand({ Bucket: "site", Key: key }),
  );
  return { text: await Body?.transformToString(), ContentType, CacheControl };
}

describe("Deploy/S3", () => {
  it("P6.1, P6.3, P6.6 extracts every file below the key, and deletes nothing", async () => {
    await host.s3.send(new PutObjectCommand({ Bucket: "site", Key: "www/old.txt", Body: "old" }));
    const zip = await zipOf({
      "empty/": "",
      "index.html": "<h1>",
      "a/b/app.js": "js()",
      "a/LICENSE": "free",
    });
    const { ETag } = await host.s3.send(
      new PutObjectCommand({ Bucket: input.bucket, Key: input.key, Body: zip }),
    );
    expect(await deploy(undefined, { ObjectKey: "/www/" })).toEqual({
      ok: true,
      summary: "Deployed 3 files (12 bytes) to s3://site/www/",
      externalExecutionId: ETag?.replaceAll('"', ""),
    });
    expect(await keys()).toEqual(["www/a/LICENSE", "www/a/b/app.js", "www/index.html", "www/old.txt"]);
    expect((await object("www/index.html")).text).toBe("<h1>");
  });

  it("P6.1 extracts to the bucket's root without ObjectKey, Extract in any case", async () => {
    expect(await deploy(await zipOf({ "a.txt": "a" }), { Extract: "TRUE" })).toMatchObject({
      ok: true,
      summary: "Deployed 1 files (1 bytes) to s3://site/",
    });
    expect(await keys()).toEqual(["a.txt"]);
  });

  it("P6.1, P6.4 copies the artifact unchanged as application/zip when it isn't to be extracted", async () => {
    const zip = await zipOf({ "a.txt": "a" });
    expect(await deploy(zip, { Extract: "false", ObjectKey: "drop/app.zip" })).toMatchObject({
      ok: true,
      summary: `Deployed 1 files (${zip.length} bytes) to s3://site/drop/app.zip`,
    });
    expect((await object("drop/app.zip")).ContentType).toBe("application/zip");
    const head = await host.s3.send(new HeadObjectCommand({ Bucket: "site", Key: "drop/app.zip" }));
    expect(head.ContentLength).toBe(zip.length);
  });

  it("P6.2 fills in {datetime} and {uuid}, the same ones when the job comes again", async () => {
    const configuration = { Extract: "false", ObjectKey: "r/{datetime}/{uuid}.zip" };
    const zip = await zipOf({ "a.txt": "a" });
    await deploy(zip, configuration);
    await deploy(zip, configuration);
    const [key, ...others] = await keys();
    expect(others).toEqual([]);
    expect(key).toMatch(
      /^r\/2026-11-24T12-34-56Z\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.zip$/,
    );
    await deploy(zip, configuration, { actionExecutionId: "0d3f2f0e-4a9b-4a57-8d51-0c8cbe0e0002" });
    expect(await keys()).toHaveLength(2);
  });

  it("P6.4 sets Content-Type by extension, and CacheControl", async () => {
    const files = {
      "a.html": "",
      "a.css": "",
      "a.js": "",
      "a.json": "",
      "a.png": "",
      "a.svg": "",
      "a.zzz9": "",
      "A.TXT": "",
    };
    await deploy(await zipOf(files), { CacheControl: "max-age=60, public" });
    const types = Object.fromEntries(
      await Promise.all((await keys()).map(async (key) => [key, (await object(key)).ContentType])),
    );
    expect(types).toEqual({
      "a.html": "text/html; charset=utf-8",
      "a.css": "text/css; charset=utf-8",
      "a.js": "text/javascript; charset=utf-8",
      "a.json": "application/json",
      "a.png": "image/png",
      "a.svg": "image/svg+xml",
      "a.zzz9": "application/octet-stream",
      "A.TXT": "text/plain; charset=utf-8",
    });
    expect((await object("a.html")).CacheControl).toBe("max-age=60, public");
  });

  it("P6.5 uploads pages after everything that they may name", () => {
    const paths = ["index.html", "about", "a/LICENSE", "a/app.js", "old.HTM", "z.css", ".well-known/x.json"];
    const waves = inWaves(paths.map((path) => ({ path })));
    expect(waves.map((wave) => wave.map(({ path }) => path))).toEqual([
      ["a/app.js", "z.css", ".well-known/x.json"],
      ["index.html", "about", "a/LICENSE", "old.HTM"],
    ]);
  });

  // Some seconds of a fast machine.
  it("P6.5 uploads a large file in parts", { timeout: 180_000 }, async () => {
    const size = 70 * 1024 * 1024;
    await deploy(await zipOf({ "big.bin": "x".repeat(size) }), {});
    const head = await host.s3.send(new HeadObjectCommand({ Bucket: "site", Key: "big.bin" }));
    expect(head.ContentLength).toBe(size);
    expect(head.ETag).toMatch(/-2"$/);
  });

  it("P12.5 resolves links inside the archive", async () => {
    await deploy(await zipOf({ "v1/app.txt": "one", current: "->v1" }), {});
    expect(await keys()).toEqual(["current/app.txt", "v1/app.txt"]);
  });

  it("P12.1 refuses an input that is no zip", async () => {
    expect(await deploy(Buffer.from("hello there"), {})).toEqual({
      ok: false,
      type: "ConfigurationError",
      message: "Input artifact Site is not a ZIP file",
    });
  });

  it("P12.2 refuses an archive that leaves its folder, whole", async () => {
    const zip = await zipOf({ "good.txt": "good", "aa/evil.txt": "evil" });
    const evil = Buffer.from(zip.toString("latin1").replaceAll("aa/evil.txt", "../evil.txt"), "latin1");
    expect(await deploy(evil, {})).toEqual({
      ok: false,
      type: "JobFailed",
      message: "Artifact Site refused: entry '../evil.txt' leaves the target folder",
    });
    expect(await keys()).toEqual([]);
  });

  it("P0.18 refuses a full clone reference", async () => {
    const reference = {
      millraceCloneRef: 1,
      provider: "CodeCommit",
      repository: "app",
      cloneUrl: "http://127.0.0.1/git/app.git",
      branch: "main",
      commitId: "1234567890123456789012345678901234567890",
    };
    expect(await deploy(Buffer.from(JSON.stringify(reference)), {})).toEqual({
      ok: false,
      type: "ConfigurationError",
      message:
        "Input artifact Site is a full clone reference, which only CodeBuild and Commands actions can use.",
    });
  });

  it.each([
    [{ BucketName: "missing" }, "ConfigurationError", "The S3 bucket missing could not be found"],
    [
      { BucketName: "artifacts" },
      "PermissionError",
      "Unable to access the S3 bucket artifacts. The provided role does not have sufficient permissions.",
    ],
    [{ Extract: "false" }, "ConfigurationError", "ObjectKey is required when Extract is false"],
  ])("P6.6 fails for %j", async (configuration, type, message) => {
    expect(await deploy(await zipOf({ "a.txt": "a" }), configuration)).toEqual({ ok: false, type, message });
  });
});
