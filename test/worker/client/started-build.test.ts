import { expect, test } from "vitest";
import type { Begun } from "../../../src/core/builds/index.ts";
import { startedBuild } from "../../../src/services/worker-api/build-project.ts";
import type { StartedBuild } from "../../../src/worker/index.ts";
import { scope } from "../support/host.ts";

const ROLE = "arn:aws:iam::000000000000:role/build";
const ENVIRONMENT = { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" };

function startedWith(members: Readonly<Record<string, unknown>>): StartedBuild {
  const uuid = "6f4f7b1e-0000-4000-8000-000000000000";
  const project = { scope, name: "site", uuid, created: 0, updated: 0, members };
  const state = {
    buildStatus: "IN_PROGRESS",
    currentPhase: "SUBMITTED",
    phases: [],
    exportedEnvironmentVariables: [],
  };
  const build: Begun = {
    id: "site:1",
    scope,
    number: 1,
    initiator: "codepipeline/p",
    started: 0,
    project,
    state,
    waits: false,
  };
  return startedBuild(build, ["git.example"]);
}

test("P2.2 a worker is told what of a project decides how its build runs", () => {
  const { project, submodules } = startedWith({
    source: {
      type: "CODEPIPELINE",
      buildspec: "ci.yml",
      gitCloneDepth: 3,
      gitSubmodulesConfig: { fetchSubmodules: true },
    },
    environment: { ...ENVIRONMENT, privilegedMode: true },
    fileSystemLocations: [{ identifier: "models", location: "fs-1:/" }, { location: "fs-2:/" }],
    serviceRole: ROLE,
    timeoutInMinutes: 5,
  });
  expect(project).toMatchObject({
    buildspec: "ci.yml",
    gitCloneDepth: 3,
    privilegedMode: true,
    fileSystems: ["models", "fs-2:/"],
    timeoutInMinutes: 5,
  });
  expect(submodules).toEqual({ allowOutgoing: ["git.example"] });
  // Whose keys its commands get is not the worker's to say (P10.5).
  expect(JSON.stringify(project)).not.toContain(ROLE);
});

test("P2.2, P2.3 what a project leaves out is as on AWS", () => {
  const { project, ...started } = startedWith({
    source: { type: "CODEPIPELINE" },
    environment: ENVIRONMENT,
  });
  expect(started).not.toHaveProperty("submodules");
  expect(project).toMatchObject({
    privilegedMode: false,
    fileSystems: [],
    environmentVariables: [],
    timeoutInMinutes: 60,
    logGroup: "/aws/codebuild/site",
  });
  expect(project).not.toHaveProperty("gitCloneDepth");
});
