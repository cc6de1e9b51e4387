import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createBuilds } from "../../src/core/builds/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { jobsInHand } from "../support/jobs.ts";
import { emptyStore } from "../support/store.ts";

const scope = { account: "000000000000", region: "us-east-1" };
const ambient = {
  now: () => 1_790_000_000_000,
  newId: () => randomUUID(),
  randomBytes: (size: number) => new Uint8Array(size),
};
let store: Store;
beforeEach(async () => {
  store = await emptyStore();
  await jobsInHand(store, scope, ["j1", "j2", "j3"]);
});
afterEach(() => store.close());

test("P2.5 builds are numbered per project from 1, once per job", async () => {
  const builds = createBuilds({ store, ambient, note: async () => undefined });
  await builds.createProject(scope, "web", {});
  const start = (jobId: string) =>
    builds.startBuild(scope, { projectName: "web", jobId, initiator: "codepipeline/p" });
  const first = await start("j1");
  expect(first).toMatchObject({ number: 1, initiator: "codepipeline/p" });
  expect(first?.id).toMatch(/^web:[0-9a-f-]{36}$/);
  expect((await start("j1"))?.id).toBe(first?.id);
  expect((await start("j2"))?.number).toBe(2);
  expect(
    await builds.startBuild(scope, { projectName: "other", jobId: "j3", initiator: "x" }),
  ).toBeUndefined();
});

test("P2.20 a build's state only moves forward, and only for its own account", async () => {
  const builds = createBuilds({ store, ambient, note: async () => undefined });
  await builds.createProject(scope, "web", {});
  const build = await builds.startBuild(scope, { projectName: "web", jobId: "j1", initiator: "x" });
  const at = (currentPhase: string, phases: number) => ({
    buildStatus: "IN_PROGRESS",
    currentPhase,
    phases: Array.from({ length: phases }, () => ({ phaseType: "BUILD", startTime: 1 })),
    exportedEnvironmentVariables: [],
  });
  await builds.putState(scope.account, "j1", at("BUILD", 3));
  await builds.putState(scope.account, "j1", at("INSTALL", 2));
  await builds.putState("111111111111", "j1", at("COMPLETED", 9));
  expect((await builds.findBuild(scope, build!.id))?.state.currentPhase).toBe("BUILD");
});

test("P2.4 a deleted project's builds stay readable, as the project was when they started", async () => {
  const builds = createBuilds({ store, ambient, note: async () => undefined });
  await builds.createProject(scope, "web", { description: "then" });
  const build = await builds.startBuild(scope, { projectName: "web", jobId: "j1", initiator: "x" });
  await builds.updateProject(scope, "web", { description: "now" });
  await builds.deleteProject(scope, "web");
  await builds.deleteProject(scope, "web");
  expect((await builds.findBuild(scope, build!.id))?.project.members).toEqual({ description: "then" });
});

test("P2.1 UpdateProject keeps the members left out", async () => {
  const builds = createBuilds({ store, ambient, note: async () => undefined });
  await builds.createProject(scope, "web", { description: "a", timeoutInMinutes: 10 });
  expect((await builds.updateProject(scope, "web", { timeoutInMinutes: 20 }))?.members).toEqual({
    description: "a",
    timeoutInMinutes: 20,
  });
  expect(await builds.createProject(scope, "web", {})).toBeUndefined();
});
