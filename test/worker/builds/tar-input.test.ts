import { expect, test } from "vitest";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { rawTarGz } from "../support/raw-tar.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

test("P12.1, P2.15 a build whose input is a gzipped tar, whatever its key is called, runs what is in it", async () => {
  const world = await fakeTools(folder, { project: {} });
  const buildspec = "version: 0.2\nphases: {build: {commands: ['./say.sh']}}\n";
  const input = await world.inputBytes(
    "Source.zip",
    rawTarGz([
      { name: "./", type: "5", mode: 0o755 },
      { name: "./buildspec.yml", data: buildspec },
      { name: "./say.sh", data: "#!/bin/sh\necho from the tar\n", mode: 0o755 },
    ]),
  );
  const job = fakeJob({ configuration: { ProjectName: "project" }, inputArtifacts: [input] });
  expect(await codeBuildBuild.run(job, world.tools)).toMatchObject({ kind: "done" });
  expect(world.texts()).toContain("from the tar");
});
