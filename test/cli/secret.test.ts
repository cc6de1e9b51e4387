import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ACCOUNT, REGION } from "../../src/server/defaults.ts";
import { openSecrets } from "../../src/server/open-secrets.ts";
import { launch, run, temporaryFolder } from "./millrace.ts";

const scope = { account: ACCOUNT, region: REGION };

async function secretOf(dataDir: string, reference: string): Promise<unknown> {
  await using opened = await openSecrets({ dataDir });
  return await opened.secrets.resolve(scope, { pipeline: "app" }, "secrets-manager", reference);
}

test("millrace secret sets, lists and removes while a server runs; values come from stdin or a file", async () => {
  await using dir = await temporaryFolder();
  const environment = { MILLRACE_DATA_DIR: dir.path };
  const server = launch(["start", "--port", "0", "--no-worker"], environment);
  await server.line(/^listening on /m);
  const done = { code: 0, stdout: "", stderr: "" };

  expect(await run(["secret", "set", "/app/token"], environment, "first\n")).toEqual(done);
  const file = join(dir.path, "value");
  await writeFile(file, "two\nlines\n");
  const allow = ["--allow", "pipeline:app,project:web"];
  expect(await run(["secret", "set", "/app/token", "--value-file", file, ...allow], environment)).toEqual(
    done,
  );
  expect(await secretOf(dir.path, "/app/token")).toEqual({ value: "two\nlines" });
  expect(await secretOf(dir.path, "/app/token::AWSPREVIOUS")).toEqual({ value: "first" });

  const { stdout: listed } = await run(["secret", "list"], environment);
  expect(listed).toMatch(
    /^\/app\/token\tAWSCURRENT [0-9a-f-]{36} \S+Z\tAWSPREVIOUS [0-9a-f-]{36} \S+Z\tallowed: pipeline:app,project:web\n$/,
  );
  expect(await run(["secret", "list", "--region", "eu-west-1"], environment)).toEqual(done);
  expect(await run(["secret", "remove", "/app/token"], environment)).toEqual(done);
  expect(await run(["secret", "remove", "/app/token"], environment)).toEqual({
    code: 1,
    stdout: "",
    stderr: "millrace: there is no secret /app/token in us-east-1; millrace secret list shows them\n",
  });
  server.process.kill("SIGTERM");
  expect((await server.ended).code).toBe(0);
});

test("millrace secret makes nothing where no server has started, and says what is wrong with what it was given", async () => {
  await using dir = await temporaryFolder();
  const nowhere = await run(["secret", "set", "a", "--data-dir", dir.path], {}, "value");
  expect(nowhere).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("give the --data-dir of a server"),
  });
  const key = { MILLRACE_DATA_DIR: dir.path, MILLRACE_SECRET_KEY: "ab".repeat(32) };
  const server = launch(["start", "--port", "0", "--no-worker"], key);
  await server.line(/^listening on /m);
  server.process.kill("SIGTERM");
  await server.ended;
  expect(await run(["secret", "set", "a:b"], key, "value")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("a secret's name has"),
  });
  expect(await run(["secret", "set", "a"], key)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("got 0"),
  });
  expect(await run(["secret", "set"], key)).toMatchObject({ code: 2 });
  expect(await run(["secret", "list", "more"], key)).toMatchObject({ code: 2 });
});
