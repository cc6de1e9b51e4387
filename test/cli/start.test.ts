import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodePipelineClient, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { launch, run, temporaryFolder } from "./millrace.ts";

const READY = /^listening on (http:\/\/127\.0\.0\.1:(\d+))$/m;

test("millrace start says when it is ready, serves the key that it wrote, and drains on SIGTERM", async () => {
  await using dir = await temporaryFolder();
  const dataDir = join(dir.path, "made", "for", "it");
  const server = launch(["start", "--port", "0", "--data-dir", dataDir]);
  const [, endpoint] = await server.line(READY);
  const credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  const client = new CodePipelineClient({ endpoint: endpoint!, region: "us-east-1", credentials });
  expect((await client.send(new ListPipelinesCommand({}))).pipelines).toEqual([]);
  server.process.kill("SIGTERM");
  const { code, stdout, stderr } = await server.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`data in ${dataDir}\n`);
  expect(stdout).not.toContain(credentials.secretAccessKey);
  expect(existsSync(join(dataDir, "server.json"))).toBe(false);
});

test("options come from MILLRACE_*, too, and SIGINT ends it", async () => {
  await using dir = await temporaryFolder();
  const server = launch(["start"], {
    MILLRACE_PORT: "0",
    MILLRACE_DATA_DIR: dir.path,
    MILLRACE_NO_WORKER: "true",
    MILLRACE_SECRET_KEY: "ab".repeat(32),
  });
  await server.line(READY);
  expect(existsSync(join(dir.path, "secret.key"))).toBe(false);
  server.process.kill("SIGINT");
  const { code, stdout } = await server.ended;
  expect(code).toBe(0);
  expect(stdout).toContain("no worker runs in this server");
});

test("a second server on one data directory, and one on a port in use, say why and end with 1", async () => {
  await using dir = await temporaryFolder();
  await using other = await temporaryFolder();
  const server = launch(["start", "--port", "0", "--data-dir", dir.path]);
  const [, , port] = await server.line(READY);
  expect(await run(["start", "--port", "0", "--data-dir", dir.path])).toEqual({
    code: 1,
    stdout: "",
    stderr: `millrace: another Millrace server is running on the data directory ${dir.path}. Stop that server, or start this one with another --data-dir.\n`,
  });
  expect(await run(["start", "--port", port!, "--data-dir", other.path])).toEqual({
    code: 1,
    stdout: "",
    stderr: `millrace: port ${port} on 127.0.0.1 is in use; choose another with --port, or 0 for a free one\n`,
  });
  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

test("after kill -9 the data directory is free", async () => {
  await using dir = await temporaryFolder();
  const killed = launch(["start", "--port", "0", "--data-dir", dir.path]);
  await killed.line(READY);
  killed.process.kill("SIGKILL");
  await killed.ended;
  const next = launch(["start", "--port", "0", "--data-dir", dir.path]);
  await next.line(READY);
  next.process.kill("SIGTERM");
  expect((await next.ended).code).toBe(0);
});

test("a data directory that can't be is told in one line", async () => {
  await using dir = await temporaryFolder();
  const file = join(dir.path, "file");
  await writeFile(file, "");
  for (const dataDir of [file, join(file, "below"), "/proc/none"]) {
    const { code, stdout, stderr } = await run(["start", "--port", "0", "--data-dir", dataDir]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(
      /^millrace: the data directory \S+ can't be used: [^\n]+; choose another with --data-dir\n$/,
    );
  }
});

test.each([
  [["start", "--prot", "1"], "Unknown option '--prot'. millrace start --help lists the options"],
  [["start", "--port"], "Option '--port <value>' argument missing. millrace start --help lists the options"],
  [["start", "--port", "x"], "--port takes a whole number, got 'x'. millrace start --help lists the options"],
  [
    ["start", "--disk-limit", "0"],
    "--disk-limit takes a whole number of GiB from 1 to 1000000, got '0'. millrace start --help lists the options",
  ],
  [["start", "--port", "70000"], "--port: it must be a whole number from 0 to 65535, got 70000"],
  [
    ["start", "here"],
    "'here' is not understood: the command takes options only. millrace start --help lists the options",
  ],
  [
    ["start", "--log-level", "loud"],
    "--log-level takes debug, info, warn, error, silent, got 'loud'. millrace start --help lists the options",
  ],
  [
    ["start", "--host", "0.0.0.0", "--allow-any-credentials"],
    "--allow-any-credentials: any credentials are allowed, and the server would listen on '0.0.0.0', where others can connect: listen on 127.0.0.1, or force it",
  ],
  [["strat"], "there is no command 'strat'; millrace --help lists them"],
])("millrace %j ends with 2", async (args, message) => {
  await using dir = await temporaryFolder();
  expect(await run(args, { MILLRACE_DATA_DIR: dir.path })).toEqual({
    code: 2,
    stdout: "",
    stderr: `millrace: ${message}\n`,
  });
});

test.each([
  [["start", "--port", "0"], ""],
  [["worker", "--endpoint", "http://127.0.0.1:9"], ". millrace worker --help lists the options"],
] as const)("P10.8, P10.9 %j doesn't start with what needs bubblewrap, without it", async (args, hint) => {
  await using dir = await temporaryFolder();
  const environment = {
    MILLRACE_DATA_DIR: join(dir.path, "data"),
    PATH: dir.path,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  };
  const without = "bubblewrap (bwrap) isn't installed here, or doesn't work";
  for (const [given, reason] of [
    [["--require-isolation"], `isolation is required, and ${without}`],
    [["--ro-paths", "/usr"], `commands would see all that their user may: ${without}`],
  ] as const)
    expect(await run([...args, ...given], environment)).toEqual({
      code: 2,
      stdout: "",
      stderr: `millrace: ${given[0]}: ${reason}${hint}\n`,
    });
});

test("P10.1 settings that need bubblewrap keep a server from starting without it, unless it runs no builds", async () => {
  await using dir = await temporaryFolder();
  const environment = { MILLRACE_DATA_DIR: join(dir.path, "data"), PATH: dir.path };
  const without = "bubblewrap (bwrap) isn't installed here, or doesn't work";
  for (const [setting, reason] of [
    ["builds.executor=bubblewrap", `'builds.executor': it is bubblewrap, and ${without}`],
    ["builds.network=none", `'builds.network': commands would reach all that the worker does: ${without}`],
  ] as const) {
    const { code, stderr } = await run(["start", "--port", "0", "--set", setting], environment);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `millrace: the setting ${reason}\n` });
  }
  const elsewhere = launch(
    ["start", "--port", "0", "--no-worker", "--set", "builds.network=none"],
    environment,
  );
  await elsewhere.line(READY);
  elsewhere.process.kill("SIGTERM");
  expect((await elsewhere.ended).code).toBe(0);
});

test("help lists the commands, and a command's options with their variables", async () => {
  for (const args of [[], ["--help"], ["help"]]) {
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}start +Starts a server\.$/m);
  }
  const { stdout } = await run(["start", "--help"]);
  expect(stdout).toMatch(/^Usage: millrace start \[OPTIONS\]$/m);
  expect(stdout).toMatch(/^ {2}--port PORT +.* Default: 4750\. \[MILLRACE_PORT\]$/m);
  expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
});
