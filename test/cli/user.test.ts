import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CodePipelineClient, GetPipelineCommand, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { openUsers } from "../../src/server/open-users.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { type Key, policyOf } from "../support/users.ts";
import { launch, run, temporaryFolder } from "./millrace.ts";

const LISTING = policyOf({ Effect: "Allow", Action: "codepipeline:List*", Resource: "*" });
const TRUSTING = policyOf({ Effect: "Allow", Principal: { AWS: "000000000000" }, Action: "sts:AssumeRole" });
const GETTING = policyOf({ Effect: "Allow", Action: "codepipeline:Get*", Resource: "*" });

test("millrace user works beside a server that runs: create, rotate, disable and update count at once", async () => {
  await using dir = await temporaryFolder();
  const environment = { MILLRACE_DATA_DIR: dir.path };
  const [listing, getting] = [join(dir.path, "list.json"), join(dir.path, "get.json")];
  await writeFile(listing, LISTING);
  await writeFile(getting, GETTING);
  const millrace = (...args: string[]) => run(["user", ...args], environment);
  const done = { code: 0, stdout: "", stderr: "" };

  // Before the first start, too.
  const early = JSON.parse((await millrace("create", "early", "--policy", listing)).stdout);
  const server = launch(["start", "--port", "0", "--no-worker"], environment);
  const [, endpoint = ""] = await server.line(/^listening on (.*)$/m);
  const as = ({ accessKeyId, secretAccessKey }: Key) => ({
    endpoint,
    region: "us-east-1",
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
  const list = (key: Key) =>
    refusalOrNone(new CodePipelineClient(as(key)).send(new ListPipelinesCommand({})));
  const get = (key: Key) =>
    refusalOrNone(new CodePipelineClient(as(key)).send(new GetPipelineCommand({ name: "x" })));
  const unknown = "UnrecognizedClientException: The security token included in the request is invalid.";
  expect(await list(early)).toBe("");

  const created = await millrace("create", "ci", "--policy", listing);
  expect(created.code).toBe(0);
  const key = JSON.parse(created.stdout);
  expect(key).toEqual({
    userName: "ci",
    accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
    secretAccessKey: expect.stringMatching(/^[A-Z2-7]{40}$/),
  });
  expect(await list(key)).toBe("");
  expect(await new STSClient(as(key)).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "000000000000",
    Arn: "arn:aws:iam::000000000000:user/ci",
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
  });

  expect(await millrace("update", "ci", "--policy", getting)).toEqual(done);
  expect(await list(key)).toMatch(/^AccessDeniedException/);
  expect(await get(key)).toMatch(/^PipelineNotFoundException/);

  const rotated = JSON.parse((await millrace("rotate", "ci")).stdout);
  expect(await get(key)).toBe(unknown);
  expect(await get(rotated)).toMatch(/^PipelineNotFoundException/);
  expect(await millrace("disable", "ci")).toEqual(done);
  expect(await get(rotated)).toBe(unknown);
  expect((await millrace("list")).stdout).toMatch(
    new RegExp(
      `^ci\t000000000000\t${rotated.accessKeyId}\tdisabled\t\\S+Z\nearly\t000000000000\t${early.accessKeyId}\tenabled\t\\S+Z\n$`,
    ),
  );
  expect(await millrace("enable", "ci")).toEqual(done);
  expect(await get(rotated)).toMatch(/^PipelineNotFoundException/);
  expect(await millrace("remove", "ci")).toEqual(done);
  expect(await get(rotated)).toBe(unknown);

  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

test("millrace role create and list print the ARN, with the path that it was given", async () => {
  await using dir = await temporaryFolder();
  const [policy, trust] = [join(dir.path, "policy.json"), join(dir.path, "trust.json")];
  await writeFile(policy, LISTING);
  await writeFile(trust, TRUSTING);
  const create = (name: string, ...more: string[]) =>
    run(["role", "create", name, "--policy", policy, "--trust", trust, ...more], {
      MILLRACE_DATA_DIR: dir.path,
    });
  const made = (stdout: string) => ({ code: 0, stdout, stderr: "" });
  expect(await create("plain")).toEqual(made("arn:aws:iam::000000000000:role/plain\n"));
  expect(await create("web", "--path", "/service-role/")).toEqual(
    made("arn:aws:iam::000000000000:role/service-role/web\n"),
  );
  expect(await create("Web", "--path", "/other/")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("already"),
  });
  const { stdout } = await run(["role", "list"], { MILLRACE_DATA_DIR: dir.path });
  const listed = stdout.split("\n").map((line) => line.split("\t").at(-1));
  expect(listed).toEqual([
    "arn:aws:iam::000000000000:role/plain",
    "arn:aws:iam::000000000000:role/service-role/web",
    "",
  ]);
});

test("millrace user and role say what is wrong with what they were given, and keep nothing of it", async () => {
  await using dir = await temporaryFolder();
  const environment = { MILLRACE_DATA_DIR: dir.path };
  const good = join(dir.path, "good.json");
  const bad = join(dir.path, "bad.json");
  await writeFile(good, LISTING);
  await writeFile(bad, policyOf({ Sid: "Start", Effect: "Allow", Action: "codepipeline", Resource: "*" }));
  const fails = async (args: string[], code: number, message: RegExp) => {
    const { stderr, ...ended } = await run(args, environment);
    expect(stderr).toMatch(message);
    expect(ended).toEqual({ code, stdout: "" });
  };
  await fails(["user"], 2, /^millrace: say what to do: millrace user create NAME/);
  await fails(
    ["user", "list"],
    1,
    /^millrace: there is no \S+millrace\.sqlite: give the --data-dir of a server/,
  );
  await fails(
    ["user", "create", "ci", "--policy", bad],
    1,
    /^millrace: Statement 1 \(Start\)\.Action: 'codepipeline' must be '\*' or service:Action/,
  );
  await fails(["role", "create", "ops", "--policy", good], 2, /create takes --policy FILE and --trust FILE/);
  await fails(["role", "update", "ops", "--policy", good, "--path", "/a/"], 2, /--path is for create/);

  await using opened = await openUsers({ dataDir: dir.path });
  const { users, roles } = opened;
  const account = "000000000000";
  const settings = { policy: LISTING, tags: {} };
  const refused = (work: Promise<unknown>) => expect(work).rejects;
  await refused(users.create({ account, name: "a b" }, settings)).toThrow(/a name has 1 to 64 letters/);
  await refused(users.create({ account: "1", name: "ci" }, settings)).toThrow(/an account has 12 digits/);
  await refused(users.rotate({ account, name: "ci" })).toThrow(
    "there is no user ci in account 000000000000; millrace user list shows them",
  );
  await refused(roles.create({ account, name: "ops" }, { ...settings, trust: LISTING })).toThrow(
    /Statement 1\.Resource must be left out of a trust policy/,
  );
  const pathed = (path: string) =>
    roles.create({ account, name: "ops" }, { ...settings, trust: TRUSTING, path });
  for (const path of ["", "service-role", "/a", "a/", "//", "/a b/", `/${"a".repeat(511)}/`])
    await refused(pathed(path)).toThrow(/^a path is \/, or begins and ends with it/);
  expect([await users.list(), await roles.list()]).toEqual([[], []]);
  await users.create({ account, name: "ci" }, settings);
  await refused(users.create({ account, name: "CI" }, settings)).toThrow(/a user CI in account \d+ already/);
});

/** What a call is refused with; nothing when it isn't. */
async function refusalOrNone(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "",
    () => refusal(call),
  );
}
