import {
  type ActionTypeDeclaration,
  type ActionTypeId,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetActionTypeCommand,
  ListActionTypesCommand,
  UpdateActionTypeCommand,
} from "@aws-sdk/client-codepipeline";
import { afterEach, describe, expect, it } from "vitest";
import { stage } from "./support/declarations.ts";
import { FOREIGN, partneredServer, SCANNER, SCANNER_TYPE, scan, UNCLAIMED } from "./support/partners.ts";
import { refusal } from "./support/server.ts";
import { createWorked, fetch, ORIGIN, pass, stageState, statusOf } from "./support/workers.ts";

const here = partneredServer();
const DECLARED = { id: SCANNER, ...SCANNER_TYPE } as ActionTypeDeclaration;

const get = async (type: ActionTypeId) =>
  (await here.fixture.client.send(new GetActionTypeCommand(type))).actionType;
const update = (changes: Partial<ActionTypeDeclaration>) =>
  here.fixture.client.send(new UpdateActionTypeCommand({ actionType: { ...DECLARED, ...changes } }));

const scanned = (name: string, action = scan()) => ({
  name,
  roleArn: "arn:aws:iam::000000000000:role/pipeline",
  stages: [stage("Source", fetch({ outputArtifacts: [] })), stage("Test", action)],
});

const LAMBDA: ActionTypeDeclaration["executor"] = {
  type: "Lambda",
  configuration: {
    lambdaExecutorConfiguration: { lambdaFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:scan" },
  },
};

afterEach(() => update({}));

describe("GetActionType (api.md §14)", () => {
  it("answers the full declaration of a partner's type", async () => {
    expect(await get(SCANNER)).toEqual(DECLARED);
  });

  it("shows a type to its partner and the allowed accounts only; the server's own are no integrations (inferred: api.md GetActionType)", async () => {
    expect((await get(UNCLAIMED))?.id).toEqual(UNCLAIMED);
    const own = { category: "Source", owner: "AWS", provider: "S3", version: "1" } as const;
    for (const type of [FOREIGN, own, { ...SCANNER, version: "2" }])
      expect(await refusal(get(type))).toMatch(/^ActionTypeNotFoundException: /);
  });

  it("refuses the owner Custom", async () => {
    expect(await refusal(get({ ...SCANNER, owner: "Custom" }))).toBe(
      "ValidationException: 1 validation error detected: Value at 'owner' failed to satisfy constraint: Member must satisfy regular expression pattern: AWS|ThirdParty",
    );
  });
});

describe("UpdateActionType (api.md §14)", () => {
  it("replaces the whole declaration, in every region, and answers an empty body", async () => {
    const { $metadata: _, ...answer } = await update({ description: "Looks twice", urls: undefined });
    expect(answer).toEqual({});
    const { urls: _urls, ...rest } = DECLARED;
    const elsewhere = await here.fixture.freshClient().send(new GetActionTypeCommand(SCANNER));
    expect(elsewhere.actionType).toEqual({ ...rest, description: "Looks twice" });
  });

  it("counts for the checks of pipelines and for ListActionTypes at once", async () => {
    const client = here.fixture.freshClient();
    await client.send(new CreateCustomActionTypeCommand({ ...ORIGIN_TYPE }));
    const create = (name: string) =>
      client.send(
        new CreatePipelineCommand({ pipeline: scanned(name, scan({ configuration: { Depth: "3" } })) }),
      );
    expect(await refusal(create("early"))).toMatch(/missing required configuration 'Project'/);
    const properties = [{ name: "Depth", optional: false, key: false, noEcho: false }];
    await update({ properties, urls: undefined });
    await create("late");
    const { actionTypes = [] } = await client.send(
      new ListActionTypesCommand({ actionOwnerFilter: "ThirdParty" }),
    );
    const listed = actionTypes.find(({ id }) => id?.provider === "Scanner");
    expect(listed).toEqual({
      id: SCANNER,
      settings: {},
      actionConfigurationProperties: [
        { name: "Depth", required: true, key: false, secret: false, queryable: false },
      ],
      inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
      outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    });
    expect(actionTypes.some(({ id }) => id?.provider === "Foreign")).toBe(false);
  });

  it("refuses what is not there, and what the partner's account doesn't own", async () => {
    for (const id of [
      UNCLAIMED,
      FOREIGN,
      { ...SCANNER, version: "2" },
      { ...SCANNER, owner: "AWS" as const },
    ])
      expect(await refusal(update({ id }))).toMatch(/^ActionTypeNotFoundException: /);
  });

  it.each<[string, Partial<ActionTypeDeclaration>, RegExp]>([
    [
      "an optional property that becomes required",
      { properties: [{ name: "ApiKey", optional: false, key: false, noEcho: true }], urls: undefined },
      /^ValidationException: The property 'ApiKey' is optional and cannot become required/,
    ],
    [
      "a type of executor that its configuration isn't of",
      { executor: { ...LAMBDA, type: "JobWorker" } },
      /^ValidationException: An executor of type JobWorker needs the configuration jobWorker/,
    ],
    [
      "two configurations of executors",
      {
        executor: {
          type: "Lambda",
          configuration: { ...LAMBDA.configuration, ...DECLARED.executor?.configuration },
        },
      },
      /^ValidationException: An executor of type Lambda needs the configuration lambda.* and no other/,
    ],
    [
      "a function that would run longer than functions do",
      { executor: { ...LAMBDA, jobTimeout: 901 } },
      /^ValidationException: The jobTimeout of a Lambda executor is 901 seconds. Give at most 900/,
    ],
    [
      "a URL template of what isn't always there, or is secret",
      { urls: { entityUrlTemplate: "https://scanner.example/{Config:ApiKey}" } },
      /^ValidationException: Invalid URL template: \{Config:ApiKey\}/,
    ],
    [
      "more artifacts at least than at most",
      { inputArtifactDetails: { minimumCount: 2, maximumCount: 1 } },
      /^ValidationException: Maximum Number of Artifacts \(1\)/,
    ],
  ])("refuses %s", async (_, changes, message) => {
    expect(await refusal(update(changes))).toMatch(message);
    expect(await get(SCANNER)).toEqual(DECLARED);
  });

  it("P0.8: refuses pipelines with a type that can't run here: no client, or a Lambda executor", async () => {
    const client = here.fixture.freshClient();
    await client.send(new CreateCustomActionTypeCommand({ ...ORIGIN_TYPE }));
    const create = (actionTypeId: ActionTypeId) =>
      refusal(client.send(new CreatePipelineCommand({ pipeline: scanned("app", scan({ actionTypeId })) })));
    expect(await create(UNCLAIMED)).toMatch(
      /Missing: a client of account 000000000000 in the setting partners.Test.Unclaimed.1/,
    );
    expect(await create(FOREIGN)).toMatch(/is not available in region/);
    await update({ executor: { ...LAMBDA, jobTimeout: 900 } });
    expect(await create(SCANNER)).toMatch(/Missing: an implementation of Lambda executors/);
  });

  it("E11.8: counts for actions that start later: without permission they fail", async () => {
    const client = here.fixture.freshClient();
    const executionId = await createWorked(client, scanned("app"));
    await update({ executor: LAMBDA });
    await pass(client, ORIGIN);
    expect(await statusOf(client, executionId)).toBe("Failed");
    const { actionStates: [state] = [] } = await stageState(client, "Test");
    expect(state?.latestExecution?.errorDetails).toMatchObject({
      code: "ConfigurationError",
      message: expect.stringContaining("is not available in region"),
    });
  });
});

const ORIGIN_TYPE = {
  category: ORIGIN.category,
  provider: ORIGIN.provider,
  version: "1",
  inputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
};
