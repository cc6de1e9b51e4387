import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BuildProject } from "../../../src/worker/build-protocol.ts";
import { placeOf } from "../../../src/worker/builds/place.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { commands } from "../../../src/worker/providers/commands.ts";
import type { Runtimes } from "../../../src/worker/runtimes.ts";
import type { SandboxOptions } from "../../../src/worker/sandbox/index.ts";
import { findEngines } from "../support/engines.ts";
import { fakeJob, fakeTools, outputArtifact } from "../support/fake-tools.ts";
import { ownSeconds, processesWith } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const engines = await findEngines();
const AWS_IMAGE = "aws/codebuild/standard:7.0";

describe.each(engines.filter(({ engine }) => engine === undefined))("P10.10 builds in $name", ({ name }) => {
  test.skip(`need ${name}, able to run containers, and busybox`, () => undefined);
});

describe.each(engines.flatMap(({ name, engine }) => (engine === undefined ? [] : [{ name, engine }])))(
  "P10.10 builds in $name",
  ({ name, engine }) => {
    interface Given {
      readonly buildspec: string;
      readonly project?: Partial<BuildProject>;
      readonly settings?: Record<string, string>;
      readonly sandbox?: SandboxOptions;
      readonly files?: Record<string, string>;
      readonly runtimes?: Runtimes;
      /** Value of every secret; there is none, if absent. */
      readonly secret?: string;
    }

    async function build({
      buildspec,
      project,
      settings = {},
      sandbox,
      files = {},
      runtimes = new Map(),
      secret,
    }: Given) {
      const world = await fakeTools(folder, {
        project: { image: engine.image, ...project },
        sandbox: { executor: name, ...sandbox },
      });
      const input = await world.input("Source", { ...files, "buildspec.yml": buildspec });
      const job = fakeJob({
        configuration: { ProjectName: "project" },
        inputArtifacts: [input],
        outputArtifacts: [outputArtifact("Built")],
        settings,
      });
      const outcome = await codeBuildBuild.run(job, {
        ...world.tools,
        runtimes,
        client: {
          ...world.tools.client,
          ...(secret !== undefined && { resolveSecret: async () => ({ value: secret }) }),
        },
      });
      const failed = world.states.at(-1)?.phases.find(({ phaseStatus }) => phaseStatus === "FAILED");
      const [context] = failed?.contexts ?? [];
      return { ...world, outcome, failed: failed && { phase: failed.phaseType, ...context } };
    }

    const echo = (...lines: readonly string[]) =>
      `version: 0.2\nphases:\n  build:\n    commands:\n${lines.map((line) => `      - ${JSON.stringify(line)}\n`).join("")}`;

    test("P2.19, P3.27, P3.31 have their source, their artifacts and what leads to them below /codebuild/output", async () => {
      const { outcome, output, texts, uploaded } = await build({
        project: { image: AWS_IMAGE },
        settings: { "images.aws/codebuild/*": engine.image, "builds.executor": name },
        files: { "in/file": "from the source" },
        buildspec: `version: 0.2
env:
  exported-variables: [SEEN]
phases:
  build:
    commands:
      - pwd; echo $CODEBUILD_SRC_DIR; echo $CODEBUILD_BUILD_IMAGE
      - export SEEN=$(cat in/file)
      - mkdir $CODEBUILD_SRC_DIR/dist && echo made > dist/file
      - ln -s $CODEBUILD_SRC_DIR/dist/file $CODEBUILD_SRC_DIR/dist/link
      - ln -s /etc/passwd $CODEBUILD_SRC_DIR/dist/outside
      - echo elsewhere > $TMPDIR/other
artifacts:
  base-directory: $CODEBUILD_SRC_DIR/dist
  files: ["*", "/codebuild/tmp/other"]
`,
      });
      expect(outcome).toMatchObject({ kind: "done", outputVariables: { SEEN: "from the source" } });
      const [here, source, image] = output();
      expect(source).toMatch(/^\/codebuild\/output\/src\d{9}\/src$/);
      expect([here, image]).toEqual([source, AWS_IMAGE]);
      expect(texts()).toEqual(
        expect.arrayContaining([
          `Running on Millrace worker test-worker (${name})`,
          expect.stringMatching(/^\[Millrace\] isolation: commands run in containers of /),
          `[Millrace] image ${AWS_IMAGE} is ${engine.image} here`,
          expect.stringMatching(/^\[Millrace\] image localhost\/\S+ has (id|digest) (sha256:)?[0-9a-f]{64}$/),
          expect.stringMatching(
            /^\[Millrace\] computeType BUILD_GENERAL1_SMALL gives \d CPUs and [\d.]+ GiB of memory$/,
          ),
          `CODEBUILD_SRC_DIR=${source}`,
          `YAML location is ${source}/buildspec.yml`,
          `Moving to directory ${source}`,
          `Expanding file paths for base directory ${source}/dist`,
        ]),
      );
      expect(texts().join("\n")).not.toContain(folder);
      const built = (await uploaded("Built")) ?? "";
      const [first, link, other] = await Promise.all(
        ["file", "link", "codebuild/tmp/other"].map((path) => readFile(join(built, path), "utf8")),
      );
      expect([first, link, other]).toEqual(["made\n", "made\n", "elsewhere\n"]);
      await expect(readFile(join(built, "outside"))).rejects.toThrow();
    });

    test("P3.24 run phases as the users of their image", async () => {
      const { outcome, output } = await build({
        buildspec: `version: 0.2
phases:
  pre_build:
    run-as: nobody
    commands: ["id -un; echo $HOME; echo text > mine"]
  build:
    run-as: root
    commands: ["id -un; cat mine", "exit 0"]
  post_build:
    run-as: ghost
    commands: ["echo never"]
`,
      });
      expect(output()).toEqual(["nobody", "/codebuild/home", "root", "text"]);
      expect(outcome).toMatchObject({
        kind: "failed",
        message: expect.stringContaining(
          "Phase: POST_BUILD, Code: CLIENT_ERROR, Message: unknown user ghost",
        ),
      });
    });

    test("P3.25 have the runtimes of their image, not the worker's", async () => {
      const { outcome, texts } = await build({
        runtimes: new Map([["nodejs", [{ version: "18.0.0", bin: "/opt/node-18/bin" }]]]),
        buildspec: "version: 0.2\nphases: {install: {runtime-versions: {nodejs: 18}, commands: ['true']}}",
      });
      expect(outcome.kind).toBe("done");
      expect(texts()).toContain(
        "Skipping install of runtimes. Runtime version selection is not supported by this build image",
      );
    });

    test.each<[string, Partial<Given>, string, string | RegExp]>([
      [
        "an image of AWS's that isn't mapped",
        { project: { image: AWS_IMAGE } },
        "CLIENT_ERROR",
        `image is not supported by this worker: ${AWS_IMAGE} (no registry has AWS's own; the setting images.${AWS_IMAGE}=<image> names one in its place, or host this host)`,
      ],
      [
        "what is no image's name",
        { project: { image: "-v/:/host" } },
        "CLIENT_ERROR",
        "image is not supported by this worker: -v/:/host (this is no image's name, such as docker.io/library/node:24)",
      ],
      [
        "an image that can't be had",
        { project: { image: "localhost/none" } },
        "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
        /^Unable to pull customer's container image\. /,
      ],
      [
        "privileged mode without the operator's leave",
        { project: { privilegedMode: true } },
        "CLIENT_ERROR",
        "privileged mode is not supported by this worker: true (the setting builds.allowPrivileged=true lets builds have it)",
      ],
      [
        "an environment that no Linux container is",
        { project: { environmentType: "WINDOWS_SERVER_2022_CONTAINER" } },
        "CLIENT_ERROR",
        "environment type is not supported by this worker: WINDOWS_SERVER_2022_CONTAINER",
      ],
      [
        "a registryCredential that names no secret",
        { project: { registryCredential: "registry" } },
        "Secrets Manager Error Message",
        "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      ],
      [
        "a registryCredential that is no login",
        { project: { registryCredential: "registry" }, secret: '{"user":"me"}' },
        "CLIENT_ERROR",
        "registryCredential is not supported by this worker: registry (it must be JSON with username and password)",
      ],
      [
        "another executor that the server asks for",
        { settings: { "builds.executor": "process" } },
        "CLIENT_ERROR",
        `builds.executor is not supported by this worker: process (it runs commands in ${name}, see --executor of millrace worker)`,
      ],
    ])("P2.9 fail in PROVISIONING for %s", async (_what, given, statusCode, message) => {
      const { failed, output } = await build({ buildspec: echo("echo ran"), ...given });
      expect(failed).toEqual({
        phase: "PROVISIONING",
        statusCode,
        message: typeof message === "string" ? message : expect.stringMatching(message),
      });
      expect(output()).toEqual([]);
    });

    test("P2.8 run on the host where their image stands for it", async () => {
      const settings = {
        "images.*": engine.image,
        [`images.${AWS_IMAGE}`]: "host",
        "builds.requireImage": "true",
      };
      const { outcome, texts, output } = await build({
        project: { image: AWS_IMAGE },
        settings,
        buildspec: echo("case $CODEBUILD_SRC_DIR in /codebuild/*) echo inside;; *) echo host;; esac"),
      });
      expect(outcome.kind).toBe("done");
      expect(output()).toEqual(["host"]);
      expect(texts()).toContainEqual(
        expect.stringMatching(
          /^\[Millrace\] image aws\/codebuild\/standard:7\.0 is not used: builds run on this host \((process|bubblewrap)\)$/,
        ),
      );
    });

    test("P2.2, P2.11 are stopped with their container", async () => {
      const world = await fakeTools(folder, {
        project: { image: engine.image },
        sandbox: { executor: name },
      });
      const input = await world.input("Source", { "buildspec.yml": echo("echo up; sleep 600") });
      const job = fakeJob({ configuration: { ProjectName: "project" }, inputArtifacts: [input] });
      const running = codeBuildBuild.run(job, world.tools);
      await expect.poll(() => world.output(), { timeout: 30_000 }).toEqual(["up"]);
      expect(await engine.ask("ps", "--format", "{{.Names}}")).toContain(`millrace-${job.id}`);
      world.stop();
      expect(await running).toMatchObject({ message: "Build terminated with state: STOPPED" });
      expect(await engine.ask("ps", "--all", "--format", "{{.Names}}")).not.toContain(`millrace-${job.id}`);
    });

    test("P2.2 that take too long end with their container", async () => {
      const word = ownSeconds();
      const { outcome, states } = await build({
        project: { timeoutInMinutes: 0.15 },
        buildspec: echo(`sleep ${word}`),
      });
      expect(outcome).toMatchObject({ message: "Build terminated with state: TIMED_OUT" });
      expect(states.at(-1)).toMatchObject({ buildStatus: "TIMED_OUT" });
      expect(processesWith(word)).toEqual([]);
    });

    test("P4.1 Commands actions run in what their image is mapped to, with their compute type", async () => {
      const world = await fakeTools(folder, { sandbox: { executor: name } });
      const job = fakeJob({
        commands: [{ text: "pwd; echo $CODEBUILD_SRC_DIR > file", values: {} }],
        configuration: { ComputeType: "BUILD_GENERAL1_MEDIUM" },
        outputArtifacts: [outputArtifact("Built", ["*"])],
        settings: { "images.aws/codebuild/*": engine.image },
      });
      expect(await commands.run(job, world.tools)).toMatchObject({ kind: "done" });
      expect(world.output()).toEqual([expect.stringMatching(/^\/codebuild\/output\/src\d{9}\/src$/)]);
      expect(world.texts()).toContainEqual(
        expect.stringContaining("computeType BUILD_GENERAL1_MEDIUM gives "),
      );
      const file = join((await world.uploaded("Built")) ?? "", "file");
      expect(await readFile(file, "utf8")).toBe(`${world.output()[0]}\n`);
    });

    test("P4.1 Commands actions whose image isn't mapped say which setting is missing", async () => {
      const { tools } = await fakeTools(folder, { sandbox: { executor: name } });
      const job = fakeJob({ commands: [{ text: "pwd", values: {} }] });
      await expect(commands.run(job, tools)).rejects.toMatchObject({
        type: "ConfigurationError",
        message: expect.stringContaining(
          "the setting images.aws/codebuild/amazonlinux2-x86_64-standard:5.0=<image>",
        ),
      });
    });
  },
);

describe("P2.8 what a build runs in", () => {
  const containers = { hasContainers: true, hostRefusal: undefined };
  const place = (
    image: string,
    settings: Record<string, string>,
    sandbox: Parameters<typeof placeOf>[2] = containers,
  ) => placeOf(image, { settings }, sandbox);

  test("is the image of its own name, or what the map says: the name itself before globs, the longer glob first", () => {
    expect(place("node:24", {})).toEqual({ kind: "container", image: "node:24" });
    const settings = {
      "images.*": "any:1",
      "images.node:*": "mirror.example.com/node:1",
      "images.node:2?-slim-with-more": "longer:1",
      "images.node:22": "host",
    };
    expect(place("python:3", settings)).toEqual({ kind: "container", image: "any:1" });
    expect(place("node:24", settings)).toEqual({ kind: "container", image: "mirror.example.com/node:1" });
    expect(place("node:22", settings)).toEqual({ kind: "host" });
    expect(place(AWS_IMAGE, settings)).toEqual({ kind: "container", image: "any:1" });
  });

  test("is the host, without containers, whatever an image is mapped to", () => {
    const none = { hasContainers: false, hostRefusal: undefined };
    expect(place("node:24", { "images.*": "any:1" }, none)).toEqual({ kind: "host" });
    expect(place("node:24", { "images.*": "any:1", "builds.requireImage": "true" }, none).kind).toBe(
      "refused",
    );
  });

  test("is nothing where the host may not stand in: it has no isolation, say, and that is required", () => {
    const closed = { hasContainers: true, hostRefusal: "isolation is required" };
    expect(place("node:24", { "images.*": "host" }, closed)).toEqual({
      kind: "refused",
      reason: "it stands for this host, but isolation is required",
    });
    expect(place("node:24", {}, closed).kind).toBe("container");
  });
});
