import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { type Fixture, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  ORIGIN,
  pass,
  placesOf,
  start,
  statusOf,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let client: CodePipelineClient;
beforeAll(async () => {
  fixture = await startServer();
});
beforeEach(async () => {
  client = fixture.freshClient();
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("execution modes as callers see them (semantics.md E2.5, E2.6)", () => {
  it("T24 SUPERSEDED: of those that wait before a stage the newest keeps the place", async () => {
    const first = await createWorked(client, worked([stage("Build", build())]));
    const later = [await start(client), await start(client), await start(client)];
    expect(await placesOf(client, "Source")).toEqual({
      inside: first,
      status: "InProgress",
      waiting: [later[2]],
    });
    expect(await Promise.all(later.map((one) => statusOf(client, one)))).toEqual([
      "Superseded",
      "Superseded",
      "InProgress",
    ]);
    await pass(client, ORIGIN);
    expect((await placesOf(client, "Source")).inside).toBe(later[2]);
    expect((await placesOf(client, "Build")).inside).toBe(first);
  });

  it("QUEUED: all of them wait in line, the oldest first", async () => {
    await createWorked(client, worked([stage("Build", build())], { executionMode: "QUEUED" }));
    const later = [await start(client), await start(client)];
    expect((await placesOf(client, "Source")).waiting).toEqual(later);
    await pass(client, ORIGIN, ORIGIN);
    expect((await placesOf(client, "Source")).inside).toBe(later[1]);
    expect((await placesOf(client, "Build")).waiting).toEqual([later[0]]);
    await pass(client, BUILDER);
    expect((await placesOf(client, "Build")).inside).toBe(later[0]);
  });
});
