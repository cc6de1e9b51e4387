import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Job } from "../../../src/worker/protocol.ts";
import { commands } from "../../../src/worker/providers/commands.ts";
import { fakeJob, fakeTools, outputArtifact } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

async function run(
  texts: readonly string[],
  job: Partial<Job> = {},
  inputs: Record<string, Record<string, string>> = {},
) {
  const world = await fakeTools(folder);
  const inputArtifacts = await Promise.all(
    Object.entries(inputs).map(([name, files]) => world.input(name, files)),
  );
  const list = texts.map((text) => ({ text, values: {} }));
  const outcome = await commands.run(fakeJob({ commands: list, inputArtifacts, ...job }), world.tools);
  return { ...world, outcome };
}

test("P4.1 all commands run in one /bin/sh, and the action has an id of its own", async () => {
  const { outcome, output, texts } = await run(["cd / && X=1", "pwd; echo $X $0"]);
  expect(output()).toEqual(["/", "1 sh"]);
  expect(outcome).toEqual({
    kind: "done",
    externalExecutionId: expect.stringMatching(/^app-Compile:[0-9a-f-]{36}$/),
  });
  expect(texts().slice(0, 2)).toEqual([
    expect.stringMatching(/^Running on Millrace worker test-worker \((process|bubblewrap)\)$/),
    expect.stringMatching(/^\[Millrace\] (no isolation|isolation): /),
  ]);
  expect(texts()).toContain("Running command cd / && X=1");
});

test("P4.1, P11.2 the action's id and its log are told while it runs (api.md §11, GetPipelineState)", async () => {
  const { outcome, progress } = await run(["true"]);
  expect(progress).toEqual([
    {
      externalExecutionId: outcome.kind === "done" && outcome.externalExecutionId,
      logStreamArn: expect.stringMatching(
        /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:\/aws\/codepipeline\/app:log-stream:\S+$/,
      ),
    },
  ]);
});

test("P4.9 the first command that fails ends the action, with the last lines of output", async () => {
  const { outcome, output } = await run([
    "for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 9",
    "echo never",
  ]);
  expect(outcome).toEqual({
    kind: "failed",
    type: "JobFailed",
    message:
      "Command failed: for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 9. Reason: exit status 9 (line 3\nline 4\nline 5\nline 6\nline 7)",
    externalExecutionId: expect.any(String),
  });
  expect(output()).toHaveLength(7);
});

test("P4.9 at most 1,000 characters of output are shown", async () => {
  const { outcome } = await run(["printf '%05000d\\n' 1; false"]);
  expect(outcome.kind === "failed" && outcome.message.length).toBeLessThan(1100);
});

test("P4.2 a command with line feeds is one script", async () => {
  const { output } = await run(["if true\nthen echo yes\nfi"]);
  expect(output()).toEqual(["yes"]);
});

test("P4.3, P4.7 inputs and the environment", async () => {
  const { output } = await run(
    ["ls; ls $CODEBUILD_SRC_DIR_Other; env | cut -d= -f1 | grep CODEBUILD | sort | tr '\\n' ' '"],
    {},
    { First: { "a.txt": "a" }, Other: { "b.txt": "b" } },
  );
  expect(output().slice(0, 2)).toEqual(["a.txt", "b.txt"]);
  const { output: names } = await run(["env | cut -d= -f1 | grep ^CODEBUILD | sort; ls -A | wc -l"]);
  expect(names()).toEqual([
    "CODEBUILD_BUILD_ID",
    "CODEBUILD_BUILD_SUCCEEDING",
    "CODEBUILD_CI",
    "CODEBUILD_EXECUTION_ROLE_BUILD",
    "CODEBUILD_INITIATOR",
    "CODEBUILD_LOG_PATH",
    "CODEBUILD_SOURCE_REPO_URL",
    "CODEBUILD_SRC_DIR",
    "CODEBUILD_START_TIME",
    "0",
  ]);
});

describe("P4.4 the output artifact", () => {
  test("is what files names", async () => {
    const { uploaded } = await run(["mkdir -p a/b && echo 1 > a/b/x.js && echo 2 > y.txt"], {
      outputArtifacts: [outputArtifact("Out", ["a/**/*"])],
    });
    const out = await uploaded("Out");
    expect(await readdir(out!)).toEqual(["a"]);
    expect(await readFile(join(out!, "a/b/x.js"), "utf8")).toBe("1\n");
  });

  test("is everything without files", async () => {
    const { uploaded } = await run(["echo 1 > .hidden; echo 2 > y"], {
      outputArtifacts: [outputArtifact("Out")],
    });
    expect(await readdir((await uploaded("Out"))!)).toEqual([".hidden", "y"]);
  });

  test("fails the action when nothing matches, and isn't made when a command failed", async () => {
    const outputArtifacts = [outputArtifact("Out", ["no/*"])];
    await expect(run(["true"], { outputArtifacts })).rejects.toMatchObject({
      type: "JobFailed",
      message: "no matching artifact paths found for output artifact Out",
    });
    const { uploads } = await run(["echo 1 > x; false"], { outputArtifacts: [outputArtifact("Out")] });
    expect(uploads.size).toBe(0);
  });
});

test("P4.5 output variables; CODEBUILD_ ones may be listed, unset ones are left out with a line", async () => {
  const { outcome, texts } = await run(["A=1; export B='two\nlines'"], {
    outputVariables: ["A", "B", "C", "CODEBUILD_INITIATOR"],
  });
  expect(outcome).toMatchObject({
    outputVariables: { A: "1", B: "two\nlines", CODEBUILD_INITIATOR: "codepipeline/app" },
  });
  expect(texts()).toContain("[Millrace] variable C is not set and is not exported");
});

test("P4.6 environment variables; secrets aren't there yet", async () => {
  const { output } = await run(['printf %s\\\\n "$A"'], {
    environmentVariables: [{ name: "A", value: "$(echo no)" }],
  });
  expect(output()).toEqual(["$(echo no)"]);
  await expect(
    run(["true"], { environmentVariables: [{ name: "A", value: "x", type: "SECRETS_MANAGER" }] }),
  ).rejects.toMatchObject({
    type: "JobFailed",
    message: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  });
});

test("P4.8 what has no effect is said", async () => {
  const { texts } = await run(["true"], { configuration: { VpcId: "vpc-1" } });
  expect(texts()).toContain("[Millrace] VpcId vpc-1 has no effect here");
});

test("P0.13 a stopped action's commands end, and it throws the reason", async () => {
  const world = await fakeTools(folder);
  const job = fakeJob({ commands: [{ text: "sleep 600", values: {} }] });
  const running = commands.run(job, world.tools);
  world.stop();
  await expect(running).rejects.toThrow("stopped");
});
