/** `millrace import` as people run it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pipeline } from "../codepipeline/support/declarations.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { run, temporaryFolder } from "./millrace.ts";

let at: TestServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  at = await testServer({ worker: false });
  folder = await temporaryFolder();
});
afterAll(async () => {
  await at[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const environment = () => ({
  AWS_ENDPOINT_URL: at.config.endpoint,
  AWS_ACCESS_KEY_ID: at.config.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: at.config.credentials.secretAccessKey,
});

test("prints what it made and ends with 0; a dry run makes nothing", async () => {
  const path = await file("web.json", pipeline({ name: "web" }));
  const dry = await run(["import", path, "--dry-run"], environment());
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toMatch(/^\+ pipeline web \(us-east-1\)\n {4}\+ name: "web"\n/);
  expect(await run(["import", path], environment())).toEqual({
    code: 0,
    stdout: "+ pipeline web (us-east-1)\n1 to create, 0 to update, 0 unchanged, 0 skipped\n",
    stderr: "",
  });
});

test("takes a template with the stack's name, parameters and secrets, and shows no secret", async () => {
  const template = await file(
    "stack.yml",
    [
      "Parameters: { Image: { Type: String }, Token: { Type: String, NoEcho: true } }",
      "Resources:",
      "  Build:",
      "    Type: AWS::CodeBuild::Project",
      "    Properties:",
      "      ServiceRole: arn:aws:iam::000000000000:role/any",
      "      Source: { Type: CODEPIPELINE }",
      "      Artifacts: { Type: CODEPIPELINE }",
      "      Environment:",
      "        Type: LINUX_CONTAINER",
      "        ComputeType: BUILD_GENERAL1_SMALL",
      "        Image: !Ref Image",
      "        EnvironmentVariables: [{ Name: TOKEN, Value: !Sub 'Bearer ${Token}' }]",
    ].join("\n"),
  );
  const secrets = await file("secrets.json", { Token: "open sesame" });
  const options = ["--stack-name", "shop", "--parameter", "Image=node:24", "--secrets", secrets, "--dry-run"];
  const { code, stdout } = await run(["import", template, ...options], environment());
  expect(code).toBe(0);
  expect(stdout).toContain("+ build project shop-Build (us-east-1)");
  expect(stdout).toContain('image: "node:24"');
  expect(stdout).toContain('value: "Bearer ****"');
  expect(stdout).not.toContain("sesame");
});

test.each<[string, () => Promise<string[]>, number, RegExp]>([
  [
    "a file that can't work",
    async () => [await file("bad.json", { name: "x", stages: [] })],
    1,
    /^millrace: .*bad\.json: ValidationException/,
  ],
  [
    "a file that isn't there",
    async () => ["/nowhere.json"],
    1,
    /^millrace: \/nowhere\.json can't be read \(ENOENT\)/,
  ],
  ["no file", async () => [], 2, /what is to be imported/],
  [
    "a parameter without a value",
    async () => ["x.json", "--parameter", "secret"],
    2,
    /--parameter takes NAME=VALUE/,
  ],
  [
    "a parameter that no template has",
    async () => [await file("p.json", pipeline()), "--parameter", "A=b"],
    1,
    /--parameter A: there is no such parameter/,
  ],
  [
    "a server that isn't there",
    async () => [await file("p.json", pipeline()), "--endpoint", "http://127.0.0.1:1"],
    1,
    /the server at http:\/\/127\.0\.0\.1:1 can't be reached/,
  ],
])("%s ends with its code and one message", async (_, args, code, message) => {
  const ended = await run(["import", ...(await args())], environment());
  expect(ended.stderr).toMatch(message);
  expect(ended).toMatchObject({ code, stdout: "" });
});
