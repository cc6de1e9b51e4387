import {
  CreateCustomActionTypeCommand,
  type CreateCustomActionTypeInput,
  DeleteCustomActionTypeCommand,
  ListActionTypesCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const none = { minimumCount: 0, maximumCount: 0 };
const property = { name: "Project", required: true, key: true, secret: false };
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

describe("CreateCustomActionType (api.md §14)", () => {
  it("answers the type with settings {} and queryable told; it is listed alike", async () => {
    const tags = [{ key: "a", value: "1" }];
    const configurationProperties = [{ ...property, description: "of CI", type: "String" as const }];
    const { $metadata, ...answer } = await create({ provider: "Plain", configurationProperties, tags });
    const actionType = {
      id: { category: "Build", owner: "Custom", provider: "Plain", version: "1" },
      settings: {},
      actionConfigurationProperties: [{ ...configurationProperties[0], queryable: false }],
      inputArtifactDetails: none,
      outputArtifactDetails: none,
    };
    expect(answer).toEqual({ actionType, tags });
    expect(await listed("Plain")).toEqual(actionType);
  });

  it.each<[string, Partial<CreateCustomActionTypeInput>, string]>([
    [
      "crossed counts",
      { inputArtifactDetails: { minimumCount: 3, maximumCount: 2 } },
      "Maximum Number of Artifacts (2) has to be greater than or equal to minimum (3).",
    ],
    [
      "two queryable properties",
      {
        configurationProperties: [
          { ...property, queryable: true },
          { ...property, name: "Other", queryable: true },
        ],
      },
      "Multiple queryable configuration properties found with names 'Project, Other'. Up to one queryable property may be specified.",
    ],
    [
      "a queryable property that is secret",
      { configurationProperties: [{ ...property, secret: true, queryable: true }] },
      "Invalid queryable property 'Project'. Queryable configuration properties must be required and non-secret.",
    ],
    [
      "a queryable property that is optional",
      { configurationProperties: [{ ...property, required: false, queryable: true }] },
      "Invalid queryable property 'Project'. Queryable configuration properties must be required and non-secret.",
    ],
    [
      "a template of a property that isn't declared",
      { settings: { revisionUrlTemplate: "https://x.example/{Config:Project}" } },
      "Invalid URL template: {Config:Project} must name a configuration property that is required and non-secret.",
    ],
    [
      "a template of a property that is secret",
      {
        settings: { executionUrlTemplate: "https://x.example/{Config:Project}" },
        configurationProperties: [{ ...property, secret: true }],
      },
      "Invalid URL template: {Config:Project} must name a configuration property that is required and non-secret.",
    ],
    [
      "a template of a property that is optional",
      {
        settings: { entityUrlTemplate: "https://x.example/{Config:Project}" },
        configurationProperties: [{ ...property, required: false }],
      },
      "Invalid URL template: {Config:Project} must name a configuration property that is required and non-secret.",
    ],
  ])(
    "refuses %s, as a ValidationException (inferred: api.md CreateCustomActionType)",
    async (_, changes, text) => {
      expect(await refusal(create({ provider: "Wrong", ...changes }))).toBe(`ValidationException: ${text}`);
      expect(await listed("Wrong")).toBeUndefined();
    },
  );

  it.each(["Approval", "Compute"] as const)("refuses the category %s", async (category) => {
    expect(await refusal(create({ provider: "Wrong", category }))).toBe(
      `ValidationException: Custom action types cannot have the category ${category}. Use Source, Build, Test, Deploy or Invoke.`,
    );
    expect(await listed("Wrong")).toBeUndefined();
  });

  it.each(["Source", "Build", "Test", "Deploy", "Invoke"] as const)(
    "takes the category %s; the owner is Custom always, and no tags are answered where none were given",
    async (category) => {
      const answer = await create({ provider: "Any", category, tags: [] });
      expect(answer.actionType?.id).toEqual({ category, owner: "Custom", provider: "Any", version: "1" });
      expect(answer).not.toHaveProperty("tags");
    },
  );

  it("refuses a property's name given twice (inferred: api.md CreateCustomActionType)", async () => {
    const twice = create({ provider: "Wrong", configurationProperties: [property, property] });
    expect(await refusal(twice)).toBe(
      "ValidationException: The configuration property 'Project' is declared more than once.",
    );
    expect(await listed("Wrong")).toBeUndefined();
  });

  it("takes the same definition again, and refuses another one, in use or deleted (inferred: api.md CreateCustomActionType)", async () => {
    const mine = { provider: "Twice", configurationProperties: [property] };
    const other = { provider: "Twice", configurationProperties: [{ ...property, name: "Other" }] };
    await create(mine);
    await create(mine);
    expect(await refusal(create(other))).toMatch(/^ActionTypeAlreadyExistsException: .* provider 'Twice'/);
    await remove("Twice");
    expect(await refusal(create(other))).toMatch(/^ActionTypeAlreadyExistsException: /);
    expect(await listed("Twice")).toBeUndefined();
    await create(mine);
    expect(await listed("Twice")).toBeDefined();
  });

  it("takes the same definition from many at once", async () => {
    const same = { provider: "Raced", configurationProperties: [property] };
    const other = { provider: "Raced", configurationProperties: [{ ...property, name: "Other" }] };
    const made = await Promise.allSettled([create(same), create(same), create(other), create(same)]);
    const definition = (await listed("Raced"))?.actionConfigurationProperties?.[0]?.name;
    const succeeded = made.filter(({ status }) => status === "fulfilled").length;
    expect(succeeded).toBe(definition === "Other" ? 1 : 3);
  });

  it("§8 takes 50 types in a region, deleted ones not counted", async () => {
    const client = fixture.clientOf("eu-west-1");
    const make = (provider: string) =>
      client.send(
        new CreateCustomActionTypeCommand({
          category: "Test",
          provider,
          version: "1",
          inputArtifactDetails: none,
          outputArtifactDetails: none,
        }),
      );
    for (let i = 0; i < 50; i++) await make(`P${i}`);
    expect(await refusal(make("Last"))).toMatch(
      /^LimitExceededException: The account has 50 custom action types/,
    );
    await client.send(new DeleteCustomActionTypeCommand({ category: "Test", provider: "P0", version: "1" }));
    await make("Last");
  });
});
