/** P2.2 `concurrentBuildLimit`, end to end: real builds, and servers that die or are two. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  BatchGetBuildsCommand,
  type Build,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import { CreatePipelineCommand } from "@aws-sdk/client-codepipeline";
import { describe, expect, test, vi } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { temporaryFolder } from "../cli/millrace.ts";
import { codeBuild, ROLE } from "../codepipeline/support/declarations.ts";
import { programsWithout } from "../support/programs.ts";
import { emptyDatabase } from "../support/store.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import { bucketWith, deliveryOf, ended, objectSource, readingOf } from "./support/delivery.ts";
import { actionsOf } from "./support/history.ts";
import { mortalServer } from "./support/mortal-server.ts";

const WAIT = { timeout: 30_000, interval: 50 };

async function project({ codebuild }: Clients, name: string, command: string, limit?: number) {
  await codebuild.send(
    new CreateProjectCommand({
      name,
      serviceRole: ROLE,
      source: {
        type: "CODEPIPELINE",
        buildspec: `version: 0.2\nphases: {build: {commands: ['${command}']}}\n`,
      },
      artifacts: { type: "CODEPIPELINE" },
      environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
      ...(limit !== undefined && { concurrentBuildLimit: limit }),
    }),
  );
}

function create({ codepipeline }: Clients, name: string, ProjectName: string) {
  const build = codeBuild({ configuration: { ProjectName }, outputArtifacts: [] });
  const pipeline = deliveryOf(name, objectSource("code", "code.zip"), build);
  return codepipeline.send(new CreatePipelineCommand({ pipeline }));
}

/** Oldest first. */
async function buildsOf({ codebuild }: Clients, projectName: string): Promise<Build[]> {
  const listed = await codebuild.send(
    new ListBuildsForProjectCommand({ projectName, sortOrder: "ASCENDING" }),
  );
  if (listed.ids?.length === 0) return [];
  const { builds = [] } = await codebuild.send(new BatchGetBuildsCommand({ ids: listed.ids }));
  return builds.toSorted((a, b) => (a.buildNumber ?? 0) - (b.buildNumber ?? 0));
}

const phases = (clients: Clients) =>
  buildsOf(clients, "web").then((builds) => builds.map(({ currentPhase }) => currentPhase));

/** When a build was more than QUEUED, in milliseconds since the epoch. */
function spanOf({ phases = [], endTime }: Build): readonly [number, number] {
  const start = phases.find(({ phaseType }) => phaseType === "PROVISIONING")?.startTime;
  return [start?.getTime() ?? 0, endTime?.getTime() ?? 0];
}

function expectOneAtATime(builds: readonly Build[]): void {
  const spans = builds.map(spanOf).toSorted(([a], [b]) => a - b);
  for (const [at, [start]] of spans.entries()) {
    const before = spans[at - 1];
    if (before !== undefined) expect(start).toBeGreaterThanOrEqual(before[1]);
  }
}

test("P2.2, P2.12 builds beyond their project's limit are QUEUED, hold no worker, and go on in order, through a kill -9", {
  timeout: 90_000,
}, async () => {
  await using folder = await temporaryFolder();
  await using server = await mortalServer();
  // Bubblewrap would not let commands see a file of the test's.
  server.path = await programsWithout("bwrap", join(folder.path, "programs"));
  await server.start();
  const clients = await server.clients();
  const gate = join(folder.path, "gate");
  await bucketWith(clients, "code", { "a.txt": "a" });
  await project(clients, "web", `until [ -e "${gate}" ]; do sleep 0.05; done`, 1);
  await project(clients, "other", "true");

  await create(clients, "one", "web");
  await vi.waitFor(async () => expect(await phases(clients)).toEqual(["BUILD"]), WAIT);
  for (const [at, name] of ["two", "three", "four"].entries()) {
    await create(clients, name, "web");
    const queued = Array.from({ length: at + 1 }, () => "QUEUED");
    await vi.waitFor(async () => expect(await phases(clients)).toEqual(["BUILD", ...queued]), WAIT);
  }
  // More wait than the worker takes builds at once; others' go on beside them.
  await create(clients, "free", "other");
  expect((await ended(clients, "free")).status).toBe("Succeeded");

  const [, second] = await buildsOf(clients, "web");
  const action = (await actionsOf(clients.codepipeline, "two")).find(
    ({ actionName }) => actionName === "Build",
  );
  expect(action).toMatchObject({
    status: "InProgress",
    output: { executionResult: { externalExecutionId: second?.id } },
  });
  const reading = await readingOf(clients, "two", action?.pipelineExecutionId ?? "", "Build");
  expect(reading.log).toContain(`[Millrace] build ${second?.id} is QUEUED for up to 480 minutes`);

  await server.sleepThroughLeases();
  const after = await server.clients();
  // The one that ran was lost with its server, and stands behind the others now.
  await vi.waitFor(
    async () => expect(await phases(after)).toEqual(["COMPLETED", "BUILD", "QUEUED", "QUEUED", "QUEUED"]),
    WAIT,
  );
  await writeFile(gate, "");
  for (const name of ["one", "two", "three", "four"])
    expect((await ended(after, name)).status).toBe("Succeeded");
  const builds = await buildsOf(after, "web");
  expect(builds.map(({ buildStatus, initiator }) => `${initiator} ${buildStatus}`)).toEqual([
    "codepipeline/one FAULT",
    "codepipeline/two SUCCEEDED",
    "codepipeline/three SUCCEEDED",
    "codepipeline/four SUCCEEDED",
    "codepipeline/one SUCCEEDED",
  ]);
  expect(builds[1]?.phases?.slice(0, 3)).toMatchObject([
    { phaseType: "SUBMITTED", phaseStatus: "SUCCEEDED", durationInSeconds: 0 },
    { phaseType: "QUEUED", phaseStatus: "SUCCEEDED", startTime: second?.phases?.[1]?.startTime },
    { phaseType: "PROVISIONING", phaseStatus: "SUCCEEDED" },
  ]);
  const spans = builds.map(spanOf).map(([start]) => start);
  expect(spans).toEqual(spans.toSorted((a, b) => a - b));
  expectOneAtATime(builds.slice(1));
});

describe.runIf(process.env.MILLRACE_TEST_DATABASE === "postgres")("two servers on one PostgreSQL", () => {
  test("P2.2 a project's limit holds for the builds of both", { timeout: 90_000 }, async () => {
    await using stack = new AsyncDisposableStack();
    const { place, remove } = await emptyDatabase();
    stack.defer(remove);
    const data = stack.use(await temporaryFolder());
    const options = { ...place, secretKey: randomBytes(32).toString("hex"), logLevel: "error" } as const;
    const first = stack.use(await createServer({ ...options, dataDir: join(data.path, "one") }));
    // Its worker finds artifacts where they are kept.
    const there = { dataDir: join(data.path, "two"), publicUrl: first.url };
    const servers = [first, stack.use(await createServer({ ...options, ...there }))];
    const [one, two] = servers.map(({ url: endpoint, region, credentials }) =>
      stack.use(clientsOf({ endpoint, region, credentials })),
    ) as [Clients, Clients];
    await bucketWith(one, "code", { "a.txt": "a" });
    await project(two, "web", "sleep 0.2", 1);
    const names = ["one", "two", "three", "four"];
    await Promise.all(names.map((name, at) => create(at % 2 === 0 ? one : two, name, "web")));
    for (const name of names) expect((await ended(two, name)).status).toBe("Succeeded");
    const builds = await buildsOf(two, "web");
    expect(builds.map(({ buildNumber }) => buildNumber)).toEqual([1, 2, 3, 4]);
    expectOneAtATime(builds);
  });
});
