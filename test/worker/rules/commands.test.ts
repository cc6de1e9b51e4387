import { chmod } from "node:fs/promises";
import { expect, test } from "vitest";
import { codeBuildRule } from "../../../src/worker/rules/codebuild.ts";
import { commandsRule } from "../../../src/worker/rules/commands.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
// As a worker's folder is: builds may run as other users.
await chmod(folder, 0o711);

const texts = (...commands: string[]) => commands.map((text) => ({ text, values: {} }));

test("P9 a Commands rule succeeds when every command does, and works in an empty folder without inputs", async () => {
  const { tools, output } = await fakeTools(folder);
  const job = fakeJob({ condition: "BEFORE_ENTRY", commands: texts("ls -A", "echo checked") });
  expect(await commandsRule.run(job, tools)).toEqual({
    kind: "done",
    externalExecutionId: expect.any(String),
  });
  expect(output()).toEqual(["checked"]);
});

test("P9 a Commands rule reads its input artifacts, and fails with the command that failed", async () => {
  const world = await fakeTools(folder);
  const inputArtifacts = [await world.input("Code", { "limit.txt": "5\n" })];
  const job = fakeJob({ inputArtifacts, commands: texts("cat limit.txt", "test 6 -le 5") });
  expect(await commandsRule.run(job, world.tools)).toMatchObject({
    kind: "failed",
    type: "JobFailed",
    message: "Command failed: test 6 -le 5. Reason: exit status 1 (5)",
  });
});

const buildspec = (command: string) => `version: 0.2
env: { exported-variables: [X] }
phases: { build: { commands: ["X=1", "${command}"] } }
artifacts: { files: ["**/*"] }
`;

test("P9 a CodeBuild rule succeeds with its build, and gives neither variables nor artifacts", async () => {
  const world = await fakeTools(folder, { project: { name: "checks" } });
  const inputArtifacts = [await world.input("Code", { "buildspec.yml": buildspec("true") })];
  const job = fakeJob({ inputArtifacts, configuration: { ProjectName: "checks" } });
  const outcome = await codeBuildRule.run(job, world.tools);
  expect(outcome).toMatchObject({ kind: "done", externalExecutionId: "checks:7a1b2c3d" });
  expect(outcome).not.toHaveProperty("outputVariables");
  expect(world.uploads.size).toBe(0);
});

test("P2.17 a CodeBuild rule fails with its build", async () => {
  const world = await fakeTools(folder, { project: {} });
  const inputArtifacts = [await world.input("Code", { "buildspec.yml": buildspec("false") })];
  const job = fakeJob({ inputArtifacts, configuration: { ProjectName: "checks" } });
  expect(await codeBuildRule.run(job, world.tools)).toMatchObject({ kind: "failed", type: "JobFailed" });
});
