import {
  CreateCustomActionTypeCommand,
  ListActionTypesCommand,
  type ListActionTypesInput,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  const none = { minimumCount: 0, maximumCount: 0 };
  for (const provider of ["Zeta", "Alpha"]) {
    await fixture.client.send(
      new CreateCustomActionTypeCommand({
        category: "Test",
        provider,
        version: "1",
        inputArtifactDetails: none,
        outputArtifactDetails: none,
      }),
    );
  }
});
afterAll(() => fixture[Symbol.asyncDispose]());

const list = (input: ListActionTypesInput = {}) => fixture.client.send(new ListActionTypesCommand(input));
const names = async (input: ListActionTypesInput = {}) =>
  (await list(input)).actionTypes?.map(({ id }) => `${id?.owner}/${id?.category}/${id?.provider}`) ?? [];

describe("ListActionTypes (api.md §14)", () => {
  it("shows every built-in type of AWS, configured here or not (P0.8), with its keys and counts", async () => {
    const aws = await names({ actionOwnerFilter: "AWS" });
    expect(aws).toHaveLength(28);
    expect(aws).toEqual(
      expect.arrayContaining([
        "AWS/Approval/Manual",
        "AWS/Compute/Commands",
        "AWS/Deploy/OpsWorks",
        "AWS/Source/ECR",
      ]),
    );
    const { actionTypes = [] } = await list();
    expect(actionTypes.find(({ id }) => id?.provider === "CodeCommit")).toMatchObject({
      inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
      outputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
    });
  });

  it("sends settings always, and each property's members, queryable too", async () => {
    const { actionTypes = [] } = await list();
    for (const type of actionTypes) {
      expect(type.settings).toBeDefined();
      for (const property of type.actionConfigurationProperties ?? []) {
        expect(property).toMatchObject({
          name: expect.any(String),
          required: expect.any(Boolean),
          key: expect.any(Boolean),
          secret: expect.any(Boolean),
          queryable: expect.any(Boolean),
        });
        expect(property).not.toHaveProperty("type");
        if (type.id?.owner === "AWS") expect(property).toMatchObject({ secret: false, queryable: false });
      }
    }
  });

  it("goes by owner, then category, provider and version", async () => {
    const all = await names();
    expect(all.slice(-2)).toEqual(["Custom/Test/Alpha", "Custom/Test/Zeta"]);
    const aws = all.filter((name) => name.startsWith("AWS/"));
    expect(aws).toEqual(aws.toSorted());
    expect(all.slice(0, aws.length)).toEqual(aws);
  });

  it("filters by owner and region", async () => {
    expect(await names({ actionOwnerFilter: "Custom" })).toEqual(["Custom/Test/Alpha", "Custom/Test/Zeta"]);
    expect(await names({ actionOwnerFilter: "Custom", regionFilter: "eu-west-1" })).toEqual([]);
    const elsewhere = fixture.clientOf("eu-west-1");
    const mine = { actionOwnerFilter: "Custom", regionFilter: "us-east-1" } as const;
    const { actionTypes } = await elsewhere.send(new ListActionTypesCommand(mine));
    expect(actionTypes?.map(({ id }) => id?.provider)).toEqual(["Alpha", "Zeta"]);
    expect(await names({ actionOwnerFilter: "AWS", regionFilter: "eu-west-1" })).toHaveLength(28);
  });

  it("refuses a region that there is none of (inferred: api.md ListActionTypes)", async () => {
    expect(await refusal(list({ regionFilter: "moon" }))).toBe(
      "ValidationException: The region moon given in 'regionFilter' is not a valid AWS Region.",
    );
  });

  it("answers {} as settings of types without, and the links of those with", async () => {
    const { actionTypes = [] } = await list({ actionOwnerFilter: "AWS" });
    const settings = new Map(actionTypes.map(({ id, settings }) => [id?.provider, settings]));
    expect(settings.get("Manual")).toEqual({ entityUrlTemplate: "{Config:ExternalEntityLink}" });
    settings.delete("Manual");
    for (const none of settings.values()) expect(none).toEqual({});
  });

  it("refuses a token that it didn't give", async () => {
    expect(await refusal(list({ nextToken: "x" }))).toMatch(/^InvalidNextTokenException: /);
  });
});
