import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { commands } from "../../../src/worker/providers/commands.ts";
import { AutoEngine } from "../../../src/worker/sandbox/container/auto-engine.ts";
import { ENGINES, type EngineName } from "../../../src/worker/sandbox/container/engine.ts";
import { findEngines } from "../support/engines.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const engines = await findEngines();
const AWS_IMAGE = "aws/codebuild/standard:7.0";
const NO_SERVICE = "echo 'Error: no service' >&2; exit 125";
const WHERE = "case $CODEBUILD_SRC_DIR in /codebuild/*) echo inside;; *) echo host;; esac";

const path = process.env.PATH;
afterEach(() => {
  process.env.PATH = path;
});

/** Puts scripts in the place of engines, until the test ends; answers who asks them, a line for each time. */
async function standIns(scripts: Partial<Record<EngineName, string>>): Promise<() => Promise<string[]>> {
  const bin = join(folder, `bin-${Math.random()}`);
  const asked = join(bin, "asked");
  await mkdir(bin);
  await writeFile(asked, "");
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\necho ${name} $1 >> ${asked}\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  process.env.PATH = `${bin}${delimiter}${path}`;
  return async () => (await readFile(asked, "utf8")).split("\n").slice(0, -1);
}

/** Runs a build of a worker whose executor is `auto`. */
async function build(image: string, settings: Record<string, string>, command = WHERE) {
  const world = await fakeTools(folder, { project: { image } });
  const buildspec = `version: 0.2\nphases:\n  build:\n    commands:\n      - ${JSON.stringify(command)}\n`;
  const input = await world.input("Source", { "buildspec.yml": buildspec });
  const job = fakeJob({ configuration: { ProjectName: "project" }, inputArtifacts: [input], settings });
  const outcome = await codeBuildBuild.run(job, world.tools);
  return { ...world, outcome };
}

async function runCommands(settings: Record<string, string>) {
  const world = await fakeTools(folder);
  const outcome = await commands.run(
    fakeJob({ commands: [{ text: WHERE, values: {} }], settings }),
    world.tools,
  );
  return { ...world, outcome };
}

const hostLine = (image: string) =>
  expect.stringMatching(
    new RegExp(
      `^\\[Millrace\\] image ${image} is not used: builds run on this host \\((process|bubblewrap)\\)$`,
    ),
  );

describe.each(engines.filter(({ engine }) => engine === undefined))("P2.8 auto with $name", ({ name }) => {
  test.skip(`needs ${name}, able to run containers, and busybox`, () => undefined);
});

describe.each(engines.flatMap(({ name, engine }) => (engine === undefined ? [] : [{ name, engine }])))(
  "P2.8 auto with $name",
  ({ name, engine }) => {
    /** The other one isn't there. */
    const alone = () =>
      standIns(
        Object.fromEntries(ENGINES.filter((other) => other !== name).map((other) => [other, NO_SERVICE])),
      );

    test("runs a build in the image that the operator has named in the place of its own", async () => {
      await alone();
      const { output, texts, tools } = await build(AWS_IMAGE, { "images.aws/codebuild/*": engine.image });
      expect(output()).toEqual(["inside"]);
      expect(texts().slice(0, 3)).toEqual([
        `Running on Millrace worker test-worker (${name})`,
        expect.stringMatching(/^\[Millrace\] isolation: commands run in containers of /),
        `[Millrace] image ${AWS_IMAGE} is ${engine.image} here`,
      ]);
      expect(tools.sandbox.executor).toMatch(/^(process|bubblewrap)$/);
      expect(tools.sandbox.description).not.toContain(name);
    });

    test("runs a build in its own image where the host has it, and on the host where it hasn't", async () => {
      await alone();
      const { output } = await build(engine.image, { "builds.requireImage": "true" });
      expect(output()).toEqual(["inside"]);
      // Made here, it isn't the image that Docker Hub has by its name without a registry.
      for (const image of ["localhost/none", engine.image.replace("localhost/", "")]) {
        const other = await build(image, {});
        expect(other.output()).toEqual(["host"]);
        expect(other.texts()).toContainEqual(hostLine(image));
        expect((await build(image, { "builds.requireImage": "true" })).outcome.kind).toBe("failed");
      }
    });

    test("runs builds on the host where the server's settings name its executor, or the image stands for it", async () => {
      await alone();
      const { tools } = await fakeTools(folder);
      const { output } = await build(AWS_IMAGE, {
        "images.*": engine.image,
        "builds.executor": tools.sandbox.executor,
      });
      expect(output()).toEqual(["host"]);
      const onHost = await build(engine.image, { "images.*": "host", "builds.executor": "auto" });
      expect(onHost.output()).toEqual(["host"]);
    });

    test("P10.1 keeps containers from the network, too, where the server's settings say so", async () => {
      await alone();
      const settings = { "images.*": engine.image, "builds.network": "none" };
      const { output, texts } = await build(
        AWS_IMAGE,
        settings,
        "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '",
      );
      expect(output()).toEqual(["lo"]);
      expect(texts()[1]).toMatch(/ in containers of .*, without network$/);
    });

    test("P4.1 runs Commands actions in what their image is mapped to, and else on the host", async () => {
      await alone();
      const mapped = await runCommands({ "images.aws/codebuild/*": engine.image });
      expect(mapped.output()).toEqual(["inside"]);
      expect((await runCommands({})).output()).toEqual(["host"]);
    });
  },
);

describe("P2.8 auto without an engine that answers", () => {
  test("never looks for one for AWS's own images, for the host, and for what is no image's name", async () => {
    const asked = await standIns({ podman: NO_SERVICE, docker: NO_SERVICE });
    await build(AWS_IMAGE, {});
    await build(AWS_IMAGE, { "images.aws/*": "aws/codebuild/standard:6.0" });
    await build("node:24", { "images.*": "host" });
    await build("-v/:/host", {});
    await runCommands({});
    expect(await asked()).toEqual([]);
  });

  test("runs builds on the host", async () => {
    const asked = await standIns({ podman: NO_SERVICE, docker: NO_SERVICE });
    for (const [image, settings] of [
      [AWS_IMAGE, { "images.*": "node:24" }],
      ["node:24", {}],
    ] as const) {
      const { outcome, output, texts } = await build(image, settings);
      expect(outcome.kind).toBe("done");
      expect(output()).toEqual(["host"]);
      expect(texts()).toContainEqual(hostLine(image));
    }
    expect(await asked()).toEqual(["podman info", "docker info", "podman info", "docker info"]);
  });

  test("looks once in a worker's life, podman first, and says what doesn't answer", async () => {
    const asked = await standIns({ podman: NO_SERVICE, docker: "exit 1" });
    const warnings: string[] = [];
    const auto = new AutoEngine((message) => void warnings.push(message));
    expect(await Promise.all([auto.find(), auto.has("node:24")])).toEqual([undefined, false]);
    expect(await auto.find()).toBeUndefined();
    expect(await asked()).toEqual(["podman info", "docker info"]);
    expect(warnings).toEqual([
      "podman is installed and doesn't answer, so no build runs in its containers: no service",
      expect.stringMatching(/^docker is installed and doesn't answer, /),
    ]);
  });

  test("says nothing where none is installed", async () => {
    process.env.PATH = join(folder, "empty");
    const warnings: string[] = [];
    const auto = new AutoEngine((message) => void warnings.push(message));
    expect(await auto.find()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test("takes the next one where one hangs, and doesn't wait for that again", async () => {
    const asked = await standIns({
      podman: "exec sleep 600",
      docker: "case $* in info*) echo 27.0 2 [];; *slow) exec sleep 600;; esac",
    });
    const warnings: string[] = [];
    const auto = new AutoEngine((message) => void warnings.push(message));
    expect(await auto.find()).toMatchObject({ name: "docker", version: "27.0" });
    expect(await auto.has("node:24")).toBe(true);
    expect(await auto.has("slow")).toBe(false);
    expect(await asked()).toEqual(["podman info", "docker info", "docker image", "docker image"]);
    expect(warnings).toEqual([
      "podman is installed and doesn't answer, so no build runs in its containers: not within 10 s",
      "docker doesn't say whether it has image slow, whose build runs on this host: not within 10 s",
    ]);
  }, 60_000);
});
