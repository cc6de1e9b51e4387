import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approval, ROLE, stage } from "./support/declarations.ts";
import { CALLER, type Fixture, refusal, startServer } from "./support/server.ts";
import {
  BUILDER,
  build,
  createWorked,
  fetch,
  ORIGIN,
  pass,
  stageState,
  succeed,
  take,
  worked,
} from "./support/workers.ts";

let fixture: Fixture;
let id: string;
beforeAll(async () => {
  fixture = await startServer();
  id = await createWorked(fixture.client, worked([stage("Build", build())]));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const get = (pipelineName: string, pipelineExecutionId: string) =>
  fixture.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }));

describe("GetPipelineExecution (api.md §11)", () => {
  it("§19.1 shows a standard execution without type, times or variables", async () => {
    const { pipelineExecution } = await get("app", id);
    expect(pipelineExecution).toEqual({
      pipelineName: "app",
      pipelineVersion: 1,
      pipelineExecutionId: id,
      status: "InProgress",
      artifactRevisions: [],
      executionMode: "SUPERSEDED",
      trigger: { triggerType: "CreatePipeline", triggerDetail: CALLER },
    });
  });

  it("E1.7 shows a revision for every source artifact once the source ran", async () => {
    const { client } = fixture;
    const created = new Date(1_790_862_132_450);
    const currentRevision = { revision: "r1", changeIdentifier: "c1", created, revisionSummary: "first" };
    await succeed(client, await take(client, ORIGIN), { currentRevision });
    await pass(client, BUILDER);
    const { pipelineExecution } = await get("app", id);
    expect(pipelineExecution?.status).toBe("Succeeded");
    expect(pipelineExecution?.artifactRevisions).toEqual([
      {
        name: "Code",
        revisionId: "r1",
        revisionChangeIdentifier: "c1",
        revisionSummary: "first",
        created,
      },
    ]);
  });

  it("shows the page of a revision where the source's type knows it, like the other answers", async () => {
    const client = fixture.freshClient();
    const actionTypeId = { category: "Source", owner: "Custom", provider: "Hub", version: "1" } as const;
    await client.send(
      new CreateCustomActionTypeCommand({
        category: "Source",
        provider: "Hub",
        version: "1",
        settings: { revisionUrlTemplate: "https://hub.example/{Config:Repo}/commit/{RevisionId}" },
        configurationProperties: [{ name: "Repo", required: true, key: true, secret: false }],
        inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
        outputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
      }),
    );
    const source = fetch({ actionTypeId, configuration: { Repo: "shop" } });
    const stages = [stage("Source", source), stage("Release", approval())];
    const pipelineExecutionId = await createWorked(client, { name: "app", roleArn: ROLE, stages });
    const job = await take(client, actionTypeId);
    const currentRevision = { revision: "r1", changeIdentifier: "c1" };
    for (let i = 0; i < 2; i++) await succeed(client, job, { currentRevision });
    const revisionUrl = "https://hub.example/shop/commit/r1";
    const { pipelineExecution } = await client.send(
      new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId }),
    );
    expect(pipelineExecution?.artifactRevisions).toEqual([
      { name: "Code", revisionId: "r1", revisionChangeIdentifier: "c1", revisionUrl },
    ]);
    const { pipelineExecutionSummaries: [summary] = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(summary?.sourceRevisions).toEqual([{ actionName: "Fetch", revisionId: "r1", revisionUrl }]);
    expect((await stageState(client, "Source")).actionStates).toMatchObject([
      { actionName: "Fetch", revisionUrl },
    ]);
  });

  it("refuses an execution of another pipeline", async () => {
    const client = fixture.freshClient();
    const pipelineExecutionId = await createWorked(client, worked([stage("Build", build())]));
    const other = worked([stage("Build", build())], { name: "other" });
    await client.send(new CreatePipelineCommand({ pipeline: other }));
    const ofOther = new GetPipelineExecutionCommand({ pipelineName: "other", pipelineExecutionId });
    expect(await refusal(client.send(ofOther))).toMatch(
      /^PipelineExecutionNotFoundException: .* for pipeline 'other'$/,
    );
  });

  it("refuses what isn't there", async () => {
    expect(await refusal(get("nobody", id))).toBe(
      "PipelineNotFoundException: Account '000000000000' does not have a pipeline with name 'nobody'",
    );
  });

  it("refuses an unknown execution in words of the others' style (inferred: api.md Operations)", async () => {
    const other = "00000000-0000-4000-8000-000000000000";
    expect(await refusal(get("app", other))).toBe(
      `PipelineExecutionNotFoundException: Account '000000000000' does not have an execution with id '${other}' for pipeline 'app'`,
    );
  });
});
