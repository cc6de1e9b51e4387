import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  DisableStageTransitionCommand,
  GetJobDetailsCommand,
  GetPipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  ListTagsForResourceCommand,
  type PipelineDeclaration,
  type StageDeclaration,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { BUILDER, build, createWorked, ORIGIN, pass, stageState, take, worked } from "./support/workers.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const update = (declaration: PipelineDeclaration) =>
  fixture.client.send(new UpdatePipelineCommand({ pipeline: declaration }));

describe("UpdatePipeline (api.md §10)", () => {
  it("§19.1 makes a new version even when nothing changed; updated moves, tags stay", async () => {
    const { client } = fixture;
    await client.send(
      new CreatePipelineCommand({ pipeline: pipeline(), tags: [{ key: "team", value: "a" }] }),
    );
    const before = await client.send(new GetPipelineCommand({ name: "app" }));
    expect(before.metadata?.updated).toEqual(before.metadata?.created);
    await vi.waitUntil(() => Date.now() > before.metadata!.updated!.getTime());
    const { $metadata, ...answer } = await update(pipeline());
    expect(answer).toEqual({ pipeline: { ...before.pipeline, version: 2 } });
    const after = await client.send(new GetPipelineCommand({ name: "app" }));
    expect(after.metadata?.created).toEqual(before.metadata?.created);
    expect(after.metadata!.updated!.getTime()).toBeGreaterThan(before.metadata!.updated!.getTime());
    const { tags } = await client.send(
      new ListTagsForResourceCommand({ resourceArn: before.metadata?.pipelineArn }),
    );
    expect(tags).toEqual([{ key: "team", value: "a" }]);
  });

  it("replaces the whole declaration and ignores a version in it", async () => {
    const { client } = fixture;
    const name = "whole";
    await client.send(
      new CreatePipelineCommand({
        pipeline: pipeline({ name, variables: [{ name: "A", defaultValue: "1" }] }),
      }),
    );
    const { pipeline: after } = await update(pipeline({ name, version: 9 }));
    expect(after?.version).toBe(2);
    expect(after).not.toHaveProperty("variables");
  });

  it("keeps an omitted pipelineType (inferred: api.md §4.1)", async () => {
    const { client } = fixture;
    const name = "typed";
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name, pipelineType: "V1" }) }));
    expect((await update(pipeline({ name }))).pipeline?.pipelineType).toBe("V1");
    expect((await update(pipeline({ name, pipelineType: "V2" }))).pipeline?.pipelineType).toBe("V2");
    expect((await update(pipeline({ name }))).pipeline?.pipelineType).toBe("V2");
  });

  it("refuses an unknown name (inferred: api.md §19.2)", async () => {
    expect(await refusal(update(pipeline({ name: "nobody" })))).toBe(
      "ResourceNotFoundException: The account with id '000000000000' does not include a pipeline with the name 'nobody'",
    );
  });

  it("refuses what the structure checks refuse", async () => {
    expect(await refusal(update(pipeline({ stages: [stage("Source", source())] })))).toMatch(
      /^InvalidStructureException: /,
    );
  });

  it("applies two that come at once, one after the other", async () => {
    const { client } = fixture;
    const name = "both";
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
    const answers = await Promise.all([update(pipeline({ name })), update(pipeline({ name }))]);
    expect(answers.map((answer) => answer.pipeline?.version).sort()).toEqual([2, 3]);
  });

  it("keeps transitions by stage name; new stages start enabled (§10)", async () => {
    const name = "renamed";
    const { client } = fixture;
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }) }));
    await client.send(
      new DisableStageTransitionCommand({
        pipelineName: name,
        stageName: "Deploy",
        transitionType: "Inbound",
        reason: "freeze",
      }),
    );
    const { inboundTransitionState: before } = await stageState(client, "Deploy", name);
    expect(before).toMatchObject({ enabled: false, disabledReason: "freeze" });
    await update(
      pipeline({
        name,
        stages: [
          stage("Source", source()),
          stage("Fresh", approval()),
          stage("Deploy", approval({ name: "Other" })),
        ],
      }),
    );
    const { stageStates, pipelineVersion } = await client.send(new GetPipelineStateCommand({ name }));
    expect(pipelineVersion).toBe(2);
    expect(stageStates?.[1]).toEqual({
      stageName: "Fresh",
      inboundExecutions: [],
      inboundTransitionState: { enabled: true },
      actionStates: [{ actionName: "Approve" }],
    });
    expect(stageStates?.[2]?.inboundTransitionState).toEqual(before);
  });

  it("starts no execution, and answers neither tags nor metadata", async () => {
    const name = "still";
    const { client } = fixture;
    const tags = [{ key: "team", value: "a" }];
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name }), tags }));
    const { $metadata: _, ...answer } = await update(pipeline({ name }));
    expect(Object.keys(answer)).toEqual(["pipeline"]);
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    expect(pipelineExecutionSummaries).toHaveLength(1);
  });

  it("shows what a stage ran last under its name still, wherever it stands now (inferred: api.md UpdatePipeline)", async () => {
    const client = fixture.freshClient();
    const declaration = (...stages: StageDeclaration[]) => worked(stages, { name: "moved" });
    await createWorked(client, declaration(stage("Build", build())));
    await pass(client, ORIGIN, BUILDER);
    const { latestExecution, actionStates } = await stageState(client, "Build", "moved");
    expect(latestExecution?.status).toBe("Succeeded");
    const moved = declaration(stage("Review", approval()), stage("Build", build()));
    await client.send(new UpdatePipelineCommand({ pipeline: moved }));
    expect(await stageState(client, "Build", "moved")).toMatchObject({ latestExecution, actionStates });
    expect(await stageState(client, "Review", "moved")).not.toHaveProperty("latestExecution");
  });
});

describe("§6 secrets over updates", () => {
  const secret = (Token: string, more: Record<string, string> = {}) =>
    worked([stage("Build", build({ configuration: { Project: "app", Token, ...more } }))], {
      name: "secret",
    });
  const shown = async (version?: number) => {
    const { pipeline: answer } = await fixture.client.send(
      new GetPipelineCommand({ name: "secret", version }),
    );
    return answer?.stages?.[1]?.actions?.[0]?.configuration?.Token;
  };

  it("shows four asterisks, in old versions too, and gives the value to the job alone", async () => {
    const { client } = fixture;
    await createWorked(client, secret("s3cr3t"));
    const { pipeline: created } = await client.send(
      new CreatePipelineCommand({ pipeline: { ...secret("s3cr3t"), name: "secret-too" } }),
    );
    expect(created?.stages?.[1]?.actions?.[0]?.configuration?.Token).toBe("****");
    await client.send(new DeletePipelineCommand({ name: "secret-too" }));
    expect(await shown()).toBe("****");
    await pass(client, ORIGIN);
    const job = await take(client, BUILDER);
    const inClear = { Project: "app", Token: "s3cr3t" };
    expect(job.data?.actionConfiguration?.configuration).toEqual(inClear);
    const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: job.id }));
    expect(jobDetails?.data?.actionConfiguration?.configuration).toEqual(inClear);
    const { pipeline: changed } = await update(secret("other"));
    expect(changed?.stages?.[1]?.actions?.[0]?.configuration?.Token).toBe("****");
    expect(await shown(1)).toBe("****");
  });

  it("keeps the secret for asterisks while the action's other values stay", async () => {
    await update(secret("kept"));
    await update(secret("*****"));
    expect(await shown()).toBe("****");
    expect(await refusal(update(secret("****", { Note: "new" })))).toBe(
      "InvalidActionDeclarationException: Action configuration for the new action 'Build' contains an invalid configuration for the secret property 'Token'. '****' may be used in secret properties only when updating an existing action.",
    );
  });

  it("treats a renamed action as a new one", async () => {
    const renamed = worked(
      [stage("Build", build({ name: "Again", configuration: { Project: "app", Token: "****" } }))],
      { name: "secret" },
    );
    expect(await refusal(update(renamed))).toMatch(/for the new action 'Again'/);
  });
});
