import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { findRuntime, readRuntimes } from "../../../src/worker/runtimes.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

/** A program `tool` that says its version, as an installation of its own has it. */
async function installation(version: string) {
  const root = join(folder, `tool-${version}`);
  await mkdir(join(root, "bin"), { recursive: true });
  await writeFile(join(root, "version"), version);
  await writeFile(join(root, "bin", "tool"), '#!/bin/sh\ncat "$(dirname "$0")/../version"; echo\n', {
    mode: 0o755,
  });
  return { version, bin: join(root, "bin") };
}

const file = join(folder, "runtimes.json");
await writeFile(
  file,
  JSON.stringify({ tool: await Promise.all(["18.9.0", "18.19.0", "20.1.0"].map(installation)) }),
);

async function build(
  runtimes: string,
  version = "0.2",
  { path, command = "tool" }: { path?: string; command?: string } = {},
) {
  const sandbox = path === undefined ? {} : { path };
  const world = await fakeTools(folder, { project: {}, sandbox });
  const buildspec = `version: ${version}
env: {variables: {WANTED: "18"}}
phases:
  install: {runtime-versions: {${runtimes}}}
  build: {commands: ['${command}']}
`;
  const job = fakeJob({
    configuration: { ProjectName: "project" },
    inputArtifacts: [await world.input("Source", { "buildspec.yml": buildspec })],
  });
  await codeBuildBuild.run(job, { ...world.tools, runtimes: await readRuntimes(file) });
  return { ...world, install: world.states.at(-1)?.phases.find(({ phaseType }) => phaseType === "INSTALL") };
}

test.each([
  ["18.9.0", "18.9.0"],
  ["18", "18.19.0"],
  ["18.x", "18.19.0"],
  ["18.9", "18.9.0"],
  ["latest", "20.1.0"],
  ["$WANTED", "18.19.0"],
  ["8", undefined],
  ["18.1", undefined],
])("P3.25 runtime-versions %s", async (asked, found) => {
  const { output, install } = await build(`tool: ${asked}`);
  if (found === undefined) {
    expect(install).toMatchObject({
      phaseStatus: "FAILED",
      contexts: [
        {
          statusCode: "YAML_FILE_ERROR",
          message: `Unknown runtime version named '${asked}' of tool. This build image has the following versions: 18.9.0, 18.19.0, 20.1.0`,
        },
      ],
    });
  } else {
    expect(output()).toEqual([found]);
  }
});

test("P3.25 in version 0.1, too", async () => {
  const { output } = await build("tool: 20", "0.1");
  expect(output()).toEqual(["20.1.0"]);
});

test.each(["0.1", "0.2"])("P3.25, P10.1 it goes before what --path says: version %s", async (version) => {
  const path = "/usr/bin:/bin";
  const { output } = await build("tool: 20", version, { path, command: "echo $PATH" });
  expect(output()).toEqual([`${join(folder, "tool-20.1.0/bin")}:${path}`]);
});

test("P3.25 a runtime that the worker has no list for is what the host has", async () => {
  const { texts, install } = await build("tool: latest, other: 3");
  expect(texts()).toContain(
    "Skipping install of runtimes. Runtime version selection is not supported by this build image",
  );
  expect(texts()).toContain("Selecting 'tool' runtime version 'latest' based on manual selections...");
  expect(install?.phaseStatus).toBe("SUCCEEDED");
});

test("an exact version goes before a longer one that begins with it", () => {
  const runtimes = ["3.9.1", "3.9"].map((version) => ({ version, bin: "/bin" }));
  expect(findRuntime(runtimes, "3.9")?.version).toBe("3.9");
});

test.each([
  ["{", "holds no JSON"],
  ["[]", "must hold a JSON object"],
  ['{"nodejs": {}}', 'nodejs must be a list of {"version", "bin"}'],
  ['{"nodejs": [{"version": 18}]}', "nodejs[0].version must be a text"],
  ['{"nodejs": [{"version": "18", "bin": "bin"}]}', "nodejs[0].bin must be the absolute path of a folder"],
  ['{"nodejs": [{"version": "18", "bin": "/no/such"}]}', "nodejs[0].bin: there is no folder /no/such"],
])("a file of runtimes that can't be used is refused: %s", async (text, message) => {
  const bad = join(folder, "bad.json");
  await writeFile(bad, text);
  await expect(readRuntimes(bad)).rejects.toThrow(message);
});
