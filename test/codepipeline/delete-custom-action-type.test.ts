import {
  CreateCustomActionTypeCommand,
  type CreateCustomActionTypeInput,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  GetPipelineCommand,
  ListActionTypesCommand,
  ListTagsForResourceCommand,
  PollForJobsCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipelineWith, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { createWorked, ORIGIN, pass, stageState, succeed, worked } from "./support/workers.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const none = { minimumCount: 0, maximumCount: 0 };
const create = (changes: Partial<CreateCustomActionTypeInput> & { provider: string }) =>
  fixture.client.send(
    new CreateCustomActionTypeCommand({
      category: "Build",
      version: "1",
      inputArtifactDetails: none,
      outputArtifactDetails: none,
      ...changes,
    }),
  );
const remove = (provider: string) =>
  fixture.client.send(new DeleteCustomActionTypeCommand({ category: "Build", provider, version: "1" }));
const listed = async (provider: string) => {
  const { actionTypes = [] } = await fixture.client.send(
    new ListActionTypesCommand({ actionOwnerFilter: "Custom" }),
  );
  return actionTypes.find((type) => type.id?.provider === provider);
};

describe("DeleteCustomActionType (api.md §14)", () => {
  it("takes the type away: from lists, pollers and new or updated pipelines", async () => {
    const { client } = fixture;
    await create({ provider: "Gone" });
    const actionTypeId = { category: "Build", owner: "Custom", provider: "Gone", version: "1" } as const;
    const pipeline = pipelineWith({ name: "Work", actionTypeId });
    await client.send(new CreatePipelineCommand({ pipeline }));
    await remove("Gone");
    expect(await listed("Gone")).toBeUndefined();
    expect(await refusal(client.send(new PollForJobsCommand({ actionTypeId })))).toMatch(
      /^ActionTypeNotFoundException: /,
    );
    const text =
      "InvalidActionDeclarationException: ActionType (Category: 'Build', Provider: 'Gone', Owner: 'Custom', Version: '1') in action 'Work' is not available in region 'US_EAST_1'";
    expect(await refusal(client.send(new UpdatePipelineCommand({ pipeline })))).toBe(text);
    expect(
      await refusal(client.send(new CreatePipelineCommand({ pipeline: { ...pipeline, name: "new" } }))),
    ).toBe(text);
    const { pipeline: kept } = await client.send(new GetPipelineCommand({ name: pipeline.name }));
    expect(kept?.stages?.[1]?.actions?.[0]?.actionTypeId).toEqual(actionTypeId);
  });

  it("E11.8 lets jobs in workers' hands report; what is queued waits for the type to be restored (inferred: api.md DeleteCustomActionType)", async () => {
    const client = fixture.freshClient();
    const property = { name: "Project", required: true, key: true, secret: false, queryable: true };
    const more = { provider: "Back", configurationProperties: [property] };
    const type = {
      category: "Build",
      version: "1",
      inputArtifactDetails: none,
      outputArtifactDetails: none,
    } as const;
    const restore = () => client.send(new CreateCustomActionTypeCommand({ ...type, ...more }));
    const actionTypeId = { category: "Build", owner: "Custom", provider: "Back", version: "1" } as const;
    const work = { actionTypeId, configuration: { Project: "app" } };
    const queryParam = { Project: "app" };
    const poll = async () => {
      const { jobs } = await client.send(new PollForJobsCommand({ actionTypeId, queryParam }));
      return jobs!;
    };
    await restore();
    const actions = [1, 2].map((runOrder) => ({ ...work, name: `Work${runOrder}`, runOrder }));
    await createWorked(client, worked([stage("Work", ...actions)]));
    await pass(client, ORIGIN);
    const [job] = await poll();
    await client.send(
      new DeleteCustomActionTypeCommand({ category: "Build", provider: "Back", version: "1" }),
    );
    await succeed(client, job!, { continuationToken: "go on" });
    expect(await refusal(poll())).toMatch(/^ActionTypeNotFoundException: /);
    await restore();
    const [continued] = await poll();
    expect(continued?.data?.continuationToken).toBe("go on");
    await client.send(
      new DeleteCustomActionTypeCommand({ category: "Build", provider: "Back", version: "1" }),
    );
    await succeed(client, continued!);
    const { actionStates = [] } = await stageState(client, "Work");
    expect(actionStates.map(({ latestExecution }) => latestExecution?.status)).toEqual([
      "Succeeded",
      "Failed",
    ]);
    expect(actionStates[1]?.latestExecution?.errorDetails).toEqual({
      code: "ConfigurationError",
      message: expect.stringMatching(/ in action 'Work2' is not available in region '/),
    });
  });

  it("succeeds for what isn't there (inferred: api.md DeleteCustomActionType)", async () => {
    const { $metadata, ...answer } = await remove("Nobody");
    expect([$metadata.httpStatusCode, answer]).toEqual([200, {}]);
  });

  it("takes the tags with it", async () => {
    await create({ provider: "Tagged", tags: [{ key: "a", value: "1" }] });
    await remove("Tagged");
    const resourceArn = "arn:aws:codepipeline:us-east-1:000000000000:actiontype:Custom/Build/Tagged/1";
    const tags = () => fixture.client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(await refusal(tags())).toMatch(/^ResourceNotFoundException: /);
    await create({ provider: "Tagged" });
    expect((await tags()).tags).toEqual([]);
  });
});
