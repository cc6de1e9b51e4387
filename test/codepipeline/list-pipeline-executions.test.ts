import {
  ListPipelineExecutionsCommand,
  type ListPipelineExecutionsInput,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  fail,
  ORIGIN,
  pass,
  start,
  succeed,
  take,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
const ids: string[] = [];
const declaration = worked([stage("Build", build())]);
beforeAll(async () => {
  fixture = await startServer();
  const { client } = fixture;
  ids.push(await createWorked(client, declaration));
  const currentRevision = { revision: "r1", changeIdentifier: "c", revisionSummary: "first" };
  await succeed(client, await take(client, ORIGIN), { currentRevision });
  await pass(client, BUILDER);
  ids.push(await start(client));
  await pass(client, ORIGIN);
  await fail(client, await take(client, BUILDER));
  ids.push(await start(client), await start(client), await start(client));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = (input: Partial<ListPipelineExecutionsInput> = {}) =>
  fixture.client.send(new ListPipelineExecutionsCommand({ pipelineName: "app", ...input }));

describe("ListPipelineExecutions (api.md §3, §11)", () => {
  it("shows all, the newest start first, superseded ones too", async () => {
    const { pipelineExecutionSummaries: found = [] } = await list();
    expect(found.map((one) => one.pipelineExecutionId)).toEqual(ids.toReversed());
    expect(found.map((one) => one.status)).toEqual([
      "InProgress",
      "Superseded",
      "InProgress",
      "Failed",
      "Succeeded",
    ]);
  });

  it("shows what a summary holds, and sourceRevisions once sources ran", async () => {
    const { pipelineExecutionSummaries: [newest, ...older] = [] } = await list();
    expect(newest).toEqual({
      pipelineExecutionId: ids[4],
      status: "InProgress",
      startTime: expect.any(Date),
      lastUpdateTime: expect.any(Date),
      sourceRevisions: [],
      executionMode: "SUPERSEDED",
      trigger: { triggerType: "StartPipelineExecution", triggerDetail: CALLER },
    });
    expect(older.at(-1)?.sourceRevisions).toEqual([
      { actionName: "Fetch", revisionId: "r1", revisionSummary: "first" },
    ]);
  });

  it("pages by position: what starts meanwhile shifts nothing", async () => {
    const first = await list({ maxResults: 2 });
    ids.push(await start(fixture.client));
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const third = await list({ maxResults: 9, nextToken: second.nextToken });
    const found = [first, second, third].flatMap((page) => page.pipelineExecutionSummaries ?? []);
    expect(found.map((one) => one.pipelineExecutionId)).toEqual(ids.slice(0, 5).toReversed());
    expect(third.nextToken).toBeUndefined();
  });

  it("shows the reason of a stop, and no stopTrigger without one", async () => {
    const { client } = fixture;
    const stop = (pipelineExecutionId: string | undefined, reason?: string) =>
      client.send(new StopPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId, reason }));
    const waiting = ids[5];
    await stop(waiting, "not today");
    const { pipelineExecutionSummaries: [stopped] = [] } = await list();
    expect(stopped).toMatchObject({ status: "Stopped", stopTrigger: { reason: "not today" } });
    const another = await start(client);
    await stop(another);
    const { pipelineExecutionSummaries: [last] = [] } = await list();
    expect(last).not.toHaveProperty("stopTrigger");
  });

  it("filters by success in a stage of the current version", async () => {
    const succeeded = async (stageName: string, more: Partial<ListPipelineExecutionsInput> = {}) =>
      (await list({ filter: { succeededInStage: { stageName } }, ...more })).pipelineExecutionSummaries?.map(
        (one) => one.pipelineExecutionId,
      );
    expect(await succeeded("Build")).toEqual([ids[0]]);
    expect(await succeeded("Source")).toEqual([ids[1], ids[0]]);
    expect(await succeeded("Source", { maxResults: 1 })).toEqual([ids[1]]);
    await fixture.client.send(new UpdatePipelineCommand({ pipeline: declaration }));
    expect(await succeeded("Source")).toEqual([]);
  });

  it("finds nothing for a stage that isn't there (inferred: api.md ListPipelineExecutions)", async () => {
    const nowhere = await list({ filter: { succeededInStage: { stageName: "Nowhere" } } });
    expect(nowhere).toMatchObject({ pipelineExecutionSummaries: [] });
    expect(nowhere).not.toHaveProperty("nextToken");
  });

  it("tells of an execution that runs when it last changed, not what time it is", async () => {
    const client = fixture.freshClient();
    await createWorked(client, declaration);
    const newest = async () =>
      (
        await client.send(new ListPipelineExecutionsCommand({ pipelineName: "app" }))
      ).pipelineExecutionSummaries![0]!.lastUpdateTime!.getTime();
    const before = await newest();
    await vi.waitUntil(() => Date.now() > before);
    expect(await newest()).toBe(before);
    await pass(client, ORIGIN);
    expect(await newest()).toBeGreaterThan(before);
  });

  it("lists what failed at once, with why", async () => {
    const client = fixture.freshClient();
    await createWorked(client, { ...declaration, variables: [{ name: "A" }] });
    const { pipelineExecutionSummaries: [failed] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(failed).toMatchObject({
      status: "Failed",
      statusSummary: "Values for required variables haven't been provided: A",
      sourceRevisions: [],
    });
  });

  it("refuses an unknown pipeline and another filter's token", async () => {
    expect(await refusal(list({ pipelineName: "nobody" }))).toMatch(/^PipelineNotFoundException: Account /);
    const { nextToken } = await list({ maxResults: 1 });
    expect(await refusal(list({ nextToken, filter: { succeededInStage: { stageName: "Build" } } }))).toMatch(
      /^InvalidNextTokenException: /,
    );
  });
});
