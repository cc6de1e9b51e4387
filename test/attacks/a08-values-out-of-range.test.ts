/**
 * Values that have the right type and yet fit nowhere (attack A8): too long for an index, too large for a column or a
 * Date, NUL on its way to PostgreSQL. Refused in words on either database, never a fault of ours.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Job } from "../../src/worker/index.ts";
import { pipeline } from "../codepipeline/support/declarations.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { callOperation, signedExchange } from "./support/signed-exchange.ts";

const sourceType = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" };
const poll = { workerId: "w", actionTypeIds: [sourceType], maxBatchSize: 1, waitSeconds: 0 };

let server: TestServer;
let job: Job;

beforeAll(async () => {
  server = await testServer({ worker: false });
  expect(await codePipeline("CreatePipeline", { pipeline: pipeline({ name: "app" }) })).toMatchObject({
    status: 200,
  });
  job = JSON.parse((await worker("PollForBuiltInJobs", poll)).body).jobs[0];
});
afterAll(() => server[Symbol.asyncDispose]());

function codePipeline(operation: string, input: unknown) {
  return callOperation(server, `CodePipeline_20150709.${operation}`, input);
}

function worker(operation: string, input: unknown) {
  return callOperation(server, `MillraceWorker_20261101.${operation}`, input);
}

/** That no database can make shorter. */
function incompressible(length: number): string {
  return randomBytes(length).toString("base64url").slice(0, length);
}

test("A8 a list with a null in it is none, also of a project that is about to be imported", async () => {
  const project = { name: "app", source: {}, artifacts: {}, environment: {}, serviceRole: "r", tags: [null] };
  expect(await callOperation(server, "MillraceImport_20261101.CheckProject", { project })).toMatchObject({
    status: 400,
    body: expect.stringContaining("project.tags.1.member"),
  });
});

describe("A8 CodePipeline", () => {
  test.each([
    ["CodeCommit", { RepositoryName: incompressible(101), BranchName: "main" }],
    ["CodeCommit", { RepositoryName: "app", BranchName: incompressible(40_000) }],
    ["S3", { S3Bucket: incompressible(6_000), S3ObjectKey: "app.zip" }],
    ["S3", { S3Bucket: "things", S3ObjectKey: incompressible(6_000) }],
  ])("refuses a source of %s with a longer name than there can be", async (provider, configuration) => {
    const declared = pipeline({ name: "long" });
    Object.assign(declared.stages?.[0]?.actions?.[0] ?? {}, {
      actionTypeId: { ...sourceType, provider },
      configuration,
    });
    const answer = await codePipeline("CreatePipeline", { pipeline: declared });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body).toContain("InvalidActionDeclarationException");
    expect(await codePipeline("GetPipeline", { name: "long" })).toMatchObject({ status: 400 });
  });

  test.each([2 ** 31, 99_999_999_999, Number.MAX_SAFE_INTEGER])(
    "refuses the version %i, which is no integer of the model's",
    async (version) => {
      const answer = await codePipeline("GetPipeline", { name: "app", version });
      expect(answer.body).toContain("SerializationException");
    },
  );

  test("has no version 2,147,483,647", async () => {
    const answer = await codePipeline("GetPipeline", { name: "app", version: 2 ** 31 - 1 });
    expect(answer.body).toContain("PipelineVersionNotFoundException");
  });
});

describe("A8 the workers' target", () => {
  test.each([
    ["half a job", "PollForBuiltInJobs", { ...poll, maxBatchSize: 0.5 }],
    ["no job", "PollForBuiltInJobs", { ...poll, maxBatchSize: 0 }],
    ["more jobs than a number counts", "PollForBuiltInJobs", { ...poll, maxBatchSize: 1e300 }],
    ["a wait before now", "PollForBuiltInJobs", { ...poll, waitSeconds: -1 }],
    ["types without end", "PollForBuiltInJobs", { ...poll, actionTypeIds: Array(5_000).fill(sourceType) }],
    ["a long name", "RegisterWorker", { workerId: incompressible(6_000), version: "1", capabilities: [] }],
    ["no name", "RegisterWorker", { workerId: "", version: "1", capabilities: [] }],
    [
      "many capabilities",
      "RegisterWorker",
      { workerId: "w", version: "1", capabilities: Array(5_000).fill("git") },
    ],
    ["a time that no Date holds", "PutBuildState", { jobId: "x", build: buildAt(1e300) }],
  ])("refuses %s", async (_, operation, input) => {
    const answer = await worker(operation, input);
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body).toContain("ValidationException");
  });
});

describe("A8 logs", () => {
  const line = { seq: 1, time: 0, stream: "system", text: "hello" };
  const log = () => `/logs/${job.pipeline.actionExecutionId}`;
  const send = (method: string, path: string, more: { query?: string; body?: string } = {}) =>
    signedExchange(server, { method, path, service: "codepipeline", ...more });

  test.each<[what: string, batch: () => object]>([
    ["of a job with NUL in its id", () => ({ jobId: "\0", lines: [line] })],
    ["with a time that no Date holds", () => ({ jobId: job.id, lines: [{ ...line, time: 1e300 }] })],
    ["with a number before the first", () => ({ jobId: job.id, lines: [{ ...line, seq: 0 }] })],
    ["without lines", () => ({ jobId: job.id, lines: [null] })],
  ])("refuse a batch %s, and stay readable", async (_, batch) => {
    expect(await send("POST", log(), { body: JSON.stringify(batch()) })).toMatchObject({ status: 400 });
    expect(await send("GET", log())).toMatchObject({ status: 200 });
  });

  test("keep NUL and lone surrogates as what they are", async () => {
    const body = JSON.stringify({
      jobId: job.id,
      lines: [{ ...line, stream: "stdout", text: "a\0\ud800b" }],
    });
    expect(await send("POST", log(), { body })).toMatchObject({ status: 200 });
    expect((await send("GET", log())).body).toContain("a\0");
  });

  test.each(["%00", "unknown", "00000000-0000-0000-0000-000000000000"])(
    "are none of an execution '%s' that isn't there",
    async (id) => {
      const answer = await send("GET", "/logs", { query: `execution=${id}` });
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).toContain('{"actions":[]}');
    },
  );
});

function buildAt(startTime: number) {
  return {
    buildId: "b",
    buildStatus: "IN_PROGRESS",
    currentPhase: "BUILD",
    phases: [{ phaseType: "BUILD", startTime }],
    exportedEnvironmentVariables: [],
  };
}
