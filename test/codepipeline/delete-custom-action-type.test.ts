import {
  CreateCustomActionTypeCommand,
  type CreateCustomActionTypeInput,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  ListActionTypesCommand,
  ListTagsForResourceCommand,
  PollForJobsCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipelineWith } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

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
  });

  it("succeeds for what isn't there, and takes the tags with it", async () => {
    await remove("Nobody");
    await create({ provider: "Tagged", tags: [{ key: "a", value: "1" }] });
    await remove("Tagged");
    const resourceArn = "arn:aws:codepipeline:us-east-1:000000000000:actiontype:Custom/Build/Tagged/1";
    const tags = () => fixture.client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(await refusal(tags())).toMatch(/^ResourceNotFoundException: /);
    await create({ provider: "Tagged" });
    expect((await tags()).tags).toEqual([]);
  });
});
