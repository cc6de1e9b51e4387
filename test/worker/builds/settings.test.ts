import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../src/worker/provider.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { commands } from "../../../src/worker/providers/commands.ts";
import { type SandboxOptions, tryBubblewrap } from "../../../src/worker/sandbox/index.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const bubblewrap = await tryBubblewrap();

interface Given {
  readonly settings: Record<string, string>;
  readonly sandbox?: SandboxOptions;
  readonly command?: string;
}

async function build({ settings, sandbox = {}, command = "echo ran" }: Given) {
  const world = await fakeTools(folder, { project: { image: "aws/codebuild/standard:7.0" }, sandbox });
  const buildspec = `version: 0.2\nphases:\n  build:\n    commands:\n      - ${JSON.stringify(command)}\n`;
  const input = await world.input("Source", { "buildspec.yml": buildspec });
  const job = fakeJob({ configuration: { ProjectName: "project" }, inputArtifacts: [input], settings });
  const outcome = await codeBuildBuild.run(job, world.tools);
  const failed = world.states.at(-1)?.phases.find(({ phaseStatus }) => phaseStatus === "FAILED");
  return { ...world, outcome, failed };
}

async function runCommands({ settings, sandbox = {}, command = "echo ran" }: Given) {
  const world = await fakeTools(folder, { sandbox });
  const job = fakeJob({ commands: [{ text: command, values: {} }], settings });
  const outcome: Outcome | Error = await commands.run(job, world.tools).catch((error: Error) => error);
  return { ...world, outcome };
}

describe("P2.8 builds.requireImage", () => {
  const settings = { "builds.requireImage": "true" };

  test("fails a build in PROVISIONING, before it fetches anything, and says what lets it run", async () => {
    const { outcome, output, states, failed } = await build({ settings });
    const message =
      "image is not supported by this worker: aws/codebuild/standard:7.0 (builds run on this host, and builds.requireImage is true; the setting images.aws/codebuild/standard:7.0=host lets this one)";
    expect(outcome).toMatchObject({ kind: "failed", type: "JobFailed" });
    expect(failed).toMatchObject({
      phaseType: "PROVISIONING",
      contexts: [{ statusCode: "CLIENT_ERROR", message }],
    });
    expect(states.at(-1)).toMatchObject({ buildStatus: "FAILED", currentPhase: "COMPLETED" });
    expect(output()).toEqual([]);
  });

  test.each([
    ["aws/codebuild/standard:7.0", true],
    ["*", true],
    ["aws/codebuild/*", true],
    ["aws/*/standard:?.0", true],
    ["*:7.0", true],
    ["*standard*:*", true],
    ["aws/codebuild/standard:7", false],
    ["aws/codebuild/standard:7.0?", false],
    ["*:7.0*7.0", false],
    ["codebuild/*", false],
    ["aws/codebuild/standard:7.0*0", false],
  ])("images.%s = host lets it run: %s", async (glob, runs) => {
    const { outcome, output } = await build({ settings: { ...settings, [`images.${glob}`]: "host" } });
    expect(outcome.kind).toBe(runs ? "done" : "failed");
    expect(output()).toEqual(runs ? ["ran"] : []);
  });

  test("false is as if it weren't set", async () => {
    const { outcome } = await build({ settings: { "builds.requireImage": "false" } });
    expect(outcome.kind).toBe("done");
  });
});

describe("P10.1 a worker that runs commands otherwise than the server's settings say runs none", () => {
  test.each([
    ["builds.executor", "bubblewrap"],
    ["builds.network", "none"],
  ])("%s = %s, in plain processes", async (name, value) => {
    const given = { settings: { [name]: value }, sandbox: { executor: "process" } } as const;
    const message = `${name} is not supported by this worker: ${value} (it runs commands in process, see --executor of millrace worker)`;
    const project = await build(given);
    expect(project.failed).toMatchObject({
      phaseType: "PROVISIONING",
      contexts: [{ statusCode: "CLIENT_ERROR", message }],
    });
    expect(project.output()).toEqual([]);
    const { outcome, output } = await runCommands(given);
    expect(outcome).toMatchObject({ type: "ConfigurationError", message });
    expect(output()).toEqual([]);
  });

  test.runIf(bubblewrap)("builds.executor = process, in bubblewrap", async () => {
    const { outcome } = await runCommands({ settings: { "builds.executor": "process" } });
    expect(outcome).toMatchObject({ type: "ConfigurationError" });
  });

  test("what it does anyway, and auto, are fine", async () => {
    for (const executor of ["auto", "process"]) {
      const settings = { "builds.executor": executor, "builds.network": "all" };
      const { outcome } = await runCommands({ settings, sandbox: { executor: "process" } });
      expect(outcome).toMatchObject({ kind: "done" });
    }
  });
});

describe.runIf(bubblewrap)("P10.1 without network, commands have interfaces of their own", () => {
  // The first two lines are a heading.
  const command = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '";

  test.each<[string, Omit<Given, "command">]>([
    ["by the server's setting", { settings: { "builds.network": "none" } }],
    ["by the worker's option", { settings: { "builds.network": "all" }, sandbox: { network: "none" } }],
  ])("%s", async (_by, given) => {
    for (const { outcome, output, texts } of [
      await build({ ...given, command }),
      await runCommands({ ...given, command }),
    ]) {
      expect(outcome).toMatchObject({ kind: "done" });
      expect(output()).toEqual(["lo"]);
      expect(texts()[1]).toMatch(/^\[Millrace\] isolation: .*, without network$/);
    }
  });

  test("with it, they have the host's", async () => {
    const { output, texts } = await runCommands({ settings: {}, command: "readlink /proc/self/ns/net" });
    const { output: none } = await runCommands({
      settings: { "builds.network": "none" },
      command: "readlink /proc/self/ns/net",
    });
    expect(output()).not.toEqual(none());
    expect(texts()[1]).not.toContain("network");
  });
});
