import { expect, test } from "vitest";
import type { BuildProject } from "../../../src/worker/build-protocol.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { scope, testHost } from "../support/host.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { workingTree } from "../support/working-tree.ts";

const folder = await tempFolder();

const BUILDSPEC = `version: 0.2
phases:
  build:
    commands:
      - git log --format=%s
      - git rev-parse --abbrev-ref HEAD
      - echo $CODEBUILD_SOURCE_REPO_URL
      - git config --get-regexp 'http.*extraheader' || echo no credential
`;

async function cloned(project: Partial<BuildProject> = {}) {
  const host = await testHost();
  const tree = await workingTree();
  await host.core.repositories.create(scope, "app");
  await tree.commit("First", { "buildspec.yml": BUILDSPEC });
  const commitId = await tree.commit("Second", { "a.txt": "2" });
  await tree.push(host, "app", "main");
  const world = await fakeTools(folder, { project });
  const cloneUrl = `${host.url}/git/app.git`;
  const reference = {
    millraceCloneRef: 1,
    provider: "CodeCommit",
    repository: "app",
    cloneUrl,
    branch: "main",
    commitId,
  };
  const input = await world.inputBytes("Source", JSON.stringify(reference));
  const outcome = await codeBuildBuild.run(
    fakeJob({
      configuration: { ProjectName: "project" },
      inputArtifacts: [input],
      accountId: scope.account,
      ...host.jobHere({ pull: ["app"] }),
    }),
    world.tools,
  );
  expect(outcome.kind).toBe("done");
  return { ...world, cloneUrl };
}

test("P1.7, P2.15, P2.19 a build whose input is a reference to a full clone has the history, and no credential", async () => {
  const { output, cloneUrl } = await cloned();
  expect(output()).toEqual(["Second", "First", "HEAD", cloneUrl, "no credential"]);
});

test("P1.7, P2.2 it has as much of the history as its project says", async () => {
  const { output } = await cloned({ gitCloneDepth: 1 });
  expect(output().slice(0, 2)).toEqual(["Second", "HEAD"]);
  expect((await cloned({ gitCloneDepth: 0 })).output()).toContain("First");
});
