/** The main job by the command line alone, on a server without a worker: what people type, and what they read. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CodePipelineClient,
  CreatePipelineCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands, ROLE, source, stage } from "../codepipeline/support/declarations.ts";
import { announceWorker } from "../support/announced-worker.ts";
import { gateOf, waitAtGate } from "../support/gate.ts";
import { launch, type Running, run, temporaryFolder } from "./millrace.ts";

const READY = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/m;
const SENTENCE = /^worker \S+ takes jobs from http:\S+$/m;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Running;
let endpoint: string;
let key: { accessKeyId: string; secretAccessKey: string };
let environment: Record<string, string>;
/** In the folder of this file's server. */
const at = (name: string) => join(folder.path, name);
const execution = { id: "" };

beforeAll(async () => {
  folder = await temporaryFolder();
  server = launch(["start", "--no-worker", "--port", "0", "--data-dir", at("data")]);
  endpoint = (await server.line(READY))[1]!;
  key = JSON.parse(await readFile(at("data/credentials.json"), "utf8"));
  await announceWorker({ url: endpoint, region: "us-east-1", credentials: key });
  environment = { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey };
});
afterAll(async () => {
  server.process.kill("SIGTERM");
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  await folder[Symbol.asyncDispose]();
});

function git(cwd: string, ...args: string[]) {
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return promisify(execFile)("git", [...identity, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: "/nonexistent", GIT_TERMINAL_PROMPT: "0" },
  });
}

test("the URL that millrace repository create prints is cloned from and pushed to", async () => {
  const { code, stdout } = await run(["repository", "create", "app", "--data-dir", at("data")]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${endpoint}/git/app.git\n` });
  const url = new URL(stdout.trim());
  url.username = key.accessKeyId;
  url.password = key.secretAccessKey;
  await git(folder.path, "clone", "--quiet", url.href, "copy");
  await git(at("copy"), "checkout", "--quiet", "-b", "main");
  await git(at("copy"), "commit", "--quiet", "--allow-empty", "--message", "First");
  await git(at("copy"), "push", "--quiet", "origin", "main");

  const again = await run(["repository", "create", "app", "--data-dir", at("data")]);
  expect(again).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "millrace: Repository named app already exists\n",
  });
});

test("a worker elsewhere does the jobs; one that is killed is taken over from; logs are followed to the end", async () => {
  const client = new CodePipelineClient({ endpoint, region: "us-east-1", credentials: key });
  const pipeline: PipelineDeclaration = {
    name: "app",
    roleArn: ROLE,
    pipelineType: "V2",
    stages: [
      stage("Source", source()),
      stage("Work", commands({ commands: ["echo begun", waitAtGate, "echo done"] })),
    ],
  };
  await client.send(new CreatePipelineCommand({ pipeline }));
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: "app" }),
  );
  execution.id = first?.pipelineExecutionId ?? "";

  const waiting = await run(["logs", execution.id, "--data-dir", at("data")]);
  expect(waiting).toEqual({ code: 0, stdout: "── Source/Fetch (InProgress)\n", stderr: "" });

  const work = ["worker", "--endpoint", endpoint, "--work-dir", at("work")];
  const follower = launch(["logs", execution.id, "--follow", "--endpoint", endpoint], environment);
  const killed = launch(work, environment);
  await killed.line(SENTENCE);
  await follower.line(/^Work\/Run │ begun$/m);
  killed.process.kill("SIGKILL");
  await killed.ended;

  const worker = launch(work, environment);
  await follower.line(/^Work\/Run │ \[Millrace\] worker lost, starting again \(attempt 2\)$/m);
  await follower.line(/begun[\s\S]*begun/);
  await gateOf(at("work")).open();
  const { code, stdout } = await follower.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Source\/Fetch │ \[Millrace\] delivering an archive of commit [0-9a-f]{40} of app\/main$/m,
  );
  expect(stdout).toMatch(/^Work\/Run │ done$/m);
  worker.process.kill("SIGTERM");
  expect((await worker.ended).code).toBe(0);
});

test("millrace logs prints all of an execution, or one action of it", async () => {
  const all = await run(["logs", execution.id, "--endpoint", endpoint], environment);
  expect(all.code).toBe(0);
  expect(all.stdout.split("\n").filter((line) => line.startsWith("──"))).toEqual([
    "── Source/Fetch (Succeeded)",
    "── Work/Run (Succeeded)",
  ]);
  const one = await run(["logs", execution.id, "--action", "Fetch", "--endpoint", endpoint], environment);
  expect(all.stdout.startsWith(one.stdout)).toBe(true);
  expect(one.stdout).not.toContain("Work/Run");
});

test.each<[args: string[], code: number, message: RegExp]>([
  [["logs"], 2, /^millrace: which execution\? Give its id\. millrace logs --help lists the options\n$/],
  [["logs", "a", "b"], 2, /^millrace: 'b' is not understood: give one execution's id\. /],
  [["logs", "a", "--endpoint", "here"], 2, /^millrace: --endpoint takes an http or https URL, got 'here'\. /],
  [
    ["worker", "--endpoint", "ftp://x"],
    2,
    /^millrace: --endpoint takes an http or https URL, got 'ftp:\/\/x'\. /,
  ],
  [
    ["logs", "a", "--endpoint", "http://127.0.0.1:9"],
    1,
    /^millrace: the server at http:\/\/127\.0\.0\.1:9 can't be reached: \S.*\n$/,
  ],
  [
    ["repository", "create", "a", "--endpoint", "http://127.0.0.1:9"],
    1,
    /^millrace: the server at http:\/\/127\.0\.0\.1:9 can't be reached: connect ECONNREFUSED 127\.0\.0\.1:9\n$/,
  ],
])("millrace %j ends with %i and says why", async (args, code, message) => {
  const ended = await run(args, environment);
  expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(message) });
});

test("millrace logs says what it doesn't find, and that it isn't let in", async () => {
  const unknown = await run(["logs", "nothing", "--endpoint", endpoint], environment);
  expect(unknown).toEqual({
    code: 1,
    stdout: "",
    stderr: "millrace: no action of execution nothing has started; millrace logs takes an execution's id\n",
  });
  const other = await run(["logs", execution.id, "--action", "Deploy", "--endpoint", endpoint], environment);
  expect(other.stderr).toMatch(/^millrace: no action named 'Deploy' of execution \S+ has started; /);
  const stranger = { ...environment, AWS_SECRET_ACCESS_KEY: "wrong" };
  const refused = await run(["logs", execution.id, "--endpoint", endpoint], stranger);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^millrace: the server answered 403: \S/),
  });
});

test.each(["start", "worker", "demo", "repository", "logs"])(
  "millrace %s --help tells its options",
  async (name) => {
    const { code, stdout, stderr } = await run([name, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: millrace ${name} .*\\[OPTIONS\\]$`, "m"));
    expect(stdout).toMatch(/^ {2}--help +Shows this\.$/m);
  },
);
