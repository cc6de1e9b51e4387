import { randomBytes, randomUUID } from "node:crypto";
import {
  CodeBuildClient,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
  type ListBuildsForProjectInput,
  paginateListBuildsForProject,
} from "@aws-sdk/client-codebuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBuilds } from "../../src/core/builds/index.ts";
import { openStore } from "../../src/core/store/open.ts";
import { type Fixture, refusal, startServer } from "../codepipeline/support/server.ts";
import { jobsInHand } from "../support/jobs.ts";

let fixture: Fixture;
let client: CodeBuildClient;
/** Oldest first. */
const ids: string[] = [];

beforeAll(async () => {
  fixture = await startServer();
  const { url: endpoint, region, credentials, accountId: account } = fixture.server;
  client = new CodeBuildClient({ endpoint, region, credentials, maxAttempts: 1 });
  for (const name of ["web", "other"]) {
    await client.send(
      new CreateProjectCommand({
        name,
        serviceRole: "arn:aws:iam::000000000000:role/build",
        source: { type: "CODEPIPELINE" },
        artifacts: { type: "CODEPIPELINE" },
        environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
      }),
    );
  }
  const store = await openStore(fixture.place);
  const ambient = { now: Date.now, newId: randomUUID, randomBytes };
  const builds = createBuilds({ store, ambient, note: async () => undefined });
  const jobs = Array.from({ length: 230 }, (_, at) => `j${at}`);
  await jobsInHand(store, { account, region }, jobs);
  const initiator = "codepipeline/web";
  for (const jobId of jobs) {
    const build = await builds.startBuild({ account, region }, { projectName: "web", jobId, initiator });
    ids.push(build?.id ?? "");
  }
  await store.close();
});
afterAll(async () => {
  client.destroy();
  await fixture[Symbol.asyncDispose]();
});

const list = (input: Partial<ListBuildsForProjectInput> = {}) =>
  client.send(new ListBuildsForProjectCommand({ projectName: "web", ...input }));

describe("ListBuildsForProject (providers.md P2.1)", () => {
  it.each([
    ["newest first unless asked otherwise", undefined],
    ["newest first", "DESCENDING"],
    ["oldest first", "ASCENDING"],
  ] as const)("lists a hundred a page, %s", async (_, sortOrder) => {
    const pages: string[][] = [];
    for await (const page of paginateListBuildsForProject({ client }, { projectName: "web", sortOrder }))
      pages.push(page.ids ?? []);
    expect(pages.map((page) => page.length)).toEqual([100, 100, 30]);
    expect(pages.flat()).toEqual(sortOrder === "ASCENDING" ? ids : ids.toReversed());
  });

  it("takes a token for the same list only", async () => {
    const { nextToken } = await list();
    expect((await list({ nextToken })).ids?.[0]).toBe(ids[129]);
    for (const other of [
      { sortOrder: "ASCENDING" as const },
      { projectName: "other" },
      { nextToken: "forged" },
    ])
      expect(await refusal(list({ nextToken, ...other }))).toMatch(/^InvalidInputException: /);
  });
});
