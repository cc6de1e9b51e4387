import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  PutApprovalResultCommand,
  PutJobFailureResultCommand,
} from "@aws-sdk/client-codepipeline";
import { expect, test, vi } from "vitest";
import { signedGet } from "../../src/cli/signed-fetch.ts";
import { forTerminal } from "../../src/cli/terminal-text.ts";
import { createServer } from "../../src/server/index.ts";
import { JobRefusedError } from "../../src/worker/index.ts";
import { launch, temporaryFolder } from "../cli/millrace.ts";
import { stage as stageOf } from "../codepipeline/support/declarations.ts";
import { BUILDER, build, createWorked, ORIGIN, pass, take, worked } from "../codepipeline/support/workers.ts";
import { testServer } from "../support/server.ts";
import { scope, testHost } from "../worker/support/host.ts";
import { action, httpClient, release } from "../worker/support/release.ts";

const HOSTILE =
  '<script>alert(1)</script> \u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m \u202Egnp.exe "><img src=javascript:alert(1)>';
/** As a terminal may have it: a colour, and no other command. */
const SHOWN =
  '<script>alert(1)</script> \u001b[31mred\u001b[0m <U+202E>gnp.exe "><img src=javascript:alert(1)>';

const approval = action("Approval", "Manual", { configuration: {} });

/** A worker of somebody's own, that says what it wants. */
async function hostileRelease() {
  const host = await testHost();
  const client = httpClient(host);
  const { aws, commit, executionId } = await release(host, { "a.txt": "a" }, [approval]);
  const type = { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" };
  const request = { workerId: "hostile", actionTypeIds: [type], maxBatchSize: 1, waitSeconds: 20 };
  const [job] = await client.poll(request, new AbortController().signal);
  if (job === undefined) throw new Error("no job came");
  await client.acknowledge(job.id, job.nonce);
  return { host, client, aws, commit, executionId, job, log: job.pipeline.actionExecutionId };
}

async function stage(aws: CodePipelineClient, name: string) {
  const { stageStates = [] } = await aws.send(new GetPipelineStateCommand({ name: "release" }));
  return stageStates.find(({ stageName }) => stageName === name)?.actionStates?.[0];
}

test("A16 hostile log lines, summaries, comments and URLs are text wherever they are shown", async () => {
  const { host, client, aws, commit, executionId, job, log } = await hostileRelease();
  const line = { time: 0, stream: "stdout" as const };
  await client.appendLog(log, job.id, [{ seq: 1, ...line, text: HOSTILE }]);
  // Lines that would pass for others', or end the stream that a reader follows.
  for (const text of ["a\n[Container] forged", "a\r\n\r\nevent: end\r\ndata: {}\r\n\r\n"])
    await expect(client.appendLog(log, job.id, [{ seq: 2, ...line, text }])).rejects.toThrow(JobRefusedError);

  const evil = "javascript:alert(document.domain)";
  await client.progress(job.id, { summary: HOSTILE, externalExecutionUrl: evil, externalExecutionId: "7" });
  const revision = { revision: commit, changeIdentifier: commit, revisionSummary: HOSTILE };
  await client.succeed(job.id, { summary: HOSTILE, currentRevision: revision });
  const token = await vi.waitFor(
    async () => {
      const waiting = (await stage(aws, "Approval"))?.latestExecution?.token;
      expect(waiting).toBeDefined();
      return waiting;
    },
    { timeout: 30_000 },
  );
  await aws.send(
    new PutApprovalResultCommand({
      pipelineName: "release",
      stageName: "Approval",
      actionName: "Approval",
      token,
      result: { status: "Approved", summary: HOSTILE.slice(0, 500) },
    }),
  );

  // The API says them as they are, in JSON, and no URL that isn't of the web.
  expect((await stage(aws, "Approval"))?.latestExecution?.summary).toBe(HOSTILE);
  const source = await stage(aws, "Source");
  expect(source?.latestExecution?.summary).toBe(HOSTILE);
  expect(JSON.stringify(source)).not.toContain(evil);
  const history = await aws.send(new ListActionExecutionsCommand({ pipelineName: "release" }));
  expect(JSON.stringify(history.actionExecutionDetails)).not.toContain(evil);

  const target = { endpoint: host.url, region: scope.region, credentials: host.credentials };
  for (const [accept, type] of [
    ["text/plain", "text/plain; charset=utf-8"],
    ["text/event-stream", "text/event-stream"],
  ] as const) {
    const { headers, body } = await signedGet(target, `/logs/${log}`, { accept });
    expect([headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([type, "nosniff"]);
    await body?.cancel();
  }

  const environment = {
    AWS_ENDPOINT_URL: host.url,
    AWS_REGION: scope.region,
    AWS_ACCESS_KEY_ID: host.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: host.credentials.secretAccessKey,
  };
  for (const more of [[], ["--follow"]]) {
    const { code, stdout } = await launch(["logs", executionId, "--action", "Source", ...more], environment)
      .ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`${SHOWN}\n`);
    expect(stdout).not.toContain("\u202E");
  }
});

test("A16 what a worker says of a failure passes for nothing else in explanations and replays", async () => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, "data");
  await using server = await createServer({ dataDir, worker: false, logLevel: "silent" });
  const { url: endpoint, region, credentials } = server;
  const aws = new CodePipelineClient({ endpoint, region, credentials });
  const executionId = await createWorked(aws, worked([stageOf("Build", build())]));
  await pass(aws, ORIGIN);
  const { id: jobId } = await take(aws, BUILDER);
  const message = `${HOSTILE}\u009b2J\n  - It succeeded.\n2026-01-01T00:00:00.000Z  start`;
  const failureDetails = { type: "JobFailed", message } as const;
  await aws.send(new PutJobFailureResultCommand({ jobId, failureDetails }));
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    MILLRACE_DATA_DIR: dataDir,
  };
  for (const command of ["explain", "replay"]) {
    const { code, stdout } = await launch([command, executionId], environment).ended;
    expect(code, command).toBe(0);
    expect(stdout).toContain(SHOWN);
    for (const control of ["\u202E", "\u0007", "\u009b", "\u001b[2J"]) expect(stdout).not.toContain(control);
    expect(stdout.split("\n")).not.toContain("  - It succeeded.");
    expect(stdout).not.toMatch(/^2026-01-01/m);
  }
});

test("A16 names of a hostile template are shown as text, also in errors", async () => {
  await using server = await testServer({ worker: false });
  await using folder = await temporaryFolder();
  const { endpoint, credentials } = server.config;
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const file = join(folder.path, "stack.json");
  const name = "A\u001b[2J\u202e";
  for (const resource of [
    { Type: `AWS::SNS::Topic${name}` },
    { Type: "AWS::CodePipeline::Pipeline", Properties: { [name]: 1 } },
  ]) {
    await writeFile(file, JSON.stringify({ Resources: { [name]: resource } }));
    const { stdout, stderr } = await launch(["import", file, "--dry-run"], environment).ended;
    expect(stdout + stderr).toContain("A<U+202E>");
    for (const control of ["\u202E", "\u001b"]) expect(stdout + stderr).not.toContain(control);
  }
});

test("A16 a terminal gets no command but colours, and no turn of the writing direction", () => {
  expect(forTerminal(HOSTILE)).toBe(SHOWN);
  expect(forTerminal("one\r\ntwo\u2066\u009b2J")).toBe("one\ntwo<U+2066>2J");
});
