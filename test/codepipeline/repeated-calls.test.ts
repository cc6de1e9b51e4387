/** What a client may send again when it doesn't know whether the first call arrived, and what it may not. */
import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  DeletePipelineCommand,
  DeleteWebhookCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetPipelineStateCommand,
  ListTagsForResourceCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
  PutWebhookCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StartPipelineExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { refusal } from "./support/server.ts";
import { BUILDER, build, fail, ORIGIN, pass, start, take, worked } from "./support/workers.ts";

const declaration = worked([stage("Build", build())]);
const here = freshPipeline(declaration);

const none = { minimumCount: 0, maximumCount: 0 };
const type = { category: "Test", provider: "Own", version: "1" } as const;
const transition = { pipelineName: "app", stageName: "Build", transitionType: "Inbound" } as const;
const webhook = {
  ...{ name: "hook", targetPipeline: "app", targetAction: "Fetch", filters: [] },
  ...({ authentication: "IP", authenticationConfiguration: { AllowedIPRange: "10.0.0.0/8" } } as const),
};
const resourceArn = async () => `arn:aws:codepipeline:${await here.client.config.region()}:000000000000:app`;

/** The same call twice. @returns what both answered */
async function twice<T extends { $metadata: unknown }>(call: () => Promise<T>) {
  const answers = [await call(), await call()] as const;
  return answers.map(({ $metadata: _, ...answer }) => answer);
}

describe("api.md §1.5: calls that may be sent again", () => {
  it("deletions", async () => {
    const { client } = here;
    await client.send(
      new CreateCustomActionTypeCommand({ ...type, inputArtifactDetails: none, outputArtifactDetails: none }),
    );
    await client.send(new PutWebhookCommand({ webhook }));
    for (const call of [
      () => client.send(new DeleteWebhookCommand({ name: "hook" })),
      () => client.send(new DeletePipelineCommand({ name: "app" })),
      () => client.send(new DeleteCustomActionTypeCommand(type)),
    ]) {
      const [first, second] = await twice<{ $metadata: unknown }>(call);
      expect(second).toEqual(first);
    }
  });

  it("tags, given and taken away", async () => {
    const { client } = here;
    const arn = await resourceArn();
    const tags = async () =>
      (await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags?.map(({ key }) => key);
    const tag = new TagResourceCommand({ resourceArn: arn, tags: [{ key: "a", value: "1" }] });
    await twice(() => client.send(tag));
    expect(await tags()).toEqual(["a"]);
    await twice(() => client.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ["a"] })));
    expect(await tags()).toEqual([]);
  });

  it("transitions, disabled and enabled", async () => {
    const { client } = here;
    const state = async () => {
      const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: "app" }));
      return stageStates[1]?.inboundTransitionState?.enabled;
    };
    await twice(() => client.send(new DisableStageTransitionCommand({ ...transition, reason: "frozen" })));
    expect(await state()).toBe(false);
    await twice(() => client.send(new EnableStageTransitionCommand(transition)));
    expect(await state()).toBe(true);
  });

  it("PutWebhook", async () => {
    const [first, second] = await twice(() => here.client.send(new PutWebhookCommand({ webhook })));
    expect(second).toEqual(first);
  });

  it("results of jobs, with the same content", async () => {
    const { client } = here;
    const { id: jobId } = await take(client, ORIGIN);
    const executionDetails = { summary: "fine", externalExecutionId: "1", percentComplete: 100 };
    await twice(() => client.send(new PutJobSuccessResultCommand({ jobId, executionDetails })));
    const { id: failing } = await take(client, BUILDER);
    const failureDetails = { type: "JobFailed", message: "broken" } as const;
    await twice(() => client.send(new PutJobFailureResultCommand({ jobId: failing, failureDetails })));
  });
});

describe("api.md §1.5: calls that may not", () => {
  it("creations find what the first one made", async () => {
    const { client } = here;
    const create = client.send(new CreatePipelineCommand({ pipeline: declaration }));
    expect(await refusal(create)).toMatch(/^PipelineNameInUseException: /);
    const createType = (version: string, outputArtifactDetails = none) =>
      client.send(
        new CreateCustomActionTypeCommand({
          ...{ ...type, version, inputArtifactDetails: none, outputArtifactDetails },
        }),
      );
    await createType("2");
    expect(await refusal(createType("2", { minimumCount: 0, maximumCount: 1 }))).toMatch(
      /^ActionTypeAlreadyExistsException: /,
    );
  });

  it("each update is a version, each start an execution unless it has a token", async () => {
    const { client } = here;
    const updated = await twice(() => client.send(new UpdatePipelineCommand({ pipeline: declaration })));
    expect(updated.map(({ pipeline }) => pipeline?.version)).toEqual([2, 3]);
    const started = (clientRequestToken?: string) =>
      twice(() => client.send(new StartPipelineExecutionCommand({ name: "app", clientRequestToken })));
    const ids = async (token?: string) =>
      new Set((await started(token)).map((answer) => answer.pipelineExecutionId)).size;
    expect([await ids(), await ids("token")]).toEqual([2, 1]);
  });

  it("a second retry finds nothing to retry, a second rollback rolls back again", async () => {
    const { client, executionId } = here;
    await pass(client, ORIGIN);
    await fail(client, await take(client, BUILDER));
    const retry = () =>
      client.send(
        new RetryStageExecutionCommand({
          ...{ pipelineName: "app", stageName: "Build", pipelineExecutionId: executionId },
          retryMode: "FAILED_ACTIONS",
        }),
      );
    await retry();
    expect(await refusal(retry())).toMatch(/^StageNotRetryableException: /);
    await pass(client, BUILDER);
    await start(client);
    const target = { pipelineName: "app", stageName: "Build", targetPipelineExecutionId: executionId };
    const rollback = () => client.send(new RollbackStageCommand(target));
    const first = await rollback();
    await pass(client, BUILDER);
    expect((await rollback()).pipelineExecutionId).not.toBe(first.pipelineExecutionId);
  });
});
