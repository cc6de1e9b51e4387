import {
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  GetPipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROLE, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { ORIGIN, pass, registerTypes, ship, stageState, succeed, take, worked } from "./support/workers.ts";

const NAMES = ["constructor", "__proto__", "toString", "hasOwnProperty"];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  await registerTypes(fixture.client);
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("A8: names that every JavaScript object has members of", () => {
  it.each(NAMES)(
    "'%s' is a name like others: of pipeline, stage, action, artifact, variable and property",
    async (name) => {
      const { client } = fixture;
      // As the name of a member it is refused by the pipe; as the value of one it is a name.
      const key = name === "__proto__" ? "Key" : name;
      const none = { minimumCount: 0, maximumCount: 5 };
      const actionTypeId = { category: "Build", owner: "Custom", provider: name, version: "1" } as const;
      await client.send(
        new CreateCustomActionTypeCommand({
          category: "Build",
          provider: name,
          version: "1",
          configurationProperties: [
            { name: key, required: true, key: true, secret: false, queryable: false },
          ],
          inputArtifactDetails: none,
          outputArtifactDetails: none,
        }),
      );
      const action = {
        name,
        actionTypeId,
        namespace: name,
        inputArtifacts: [{ name: `${name}1` }],
        outputArtifacts: [{ name: `${name}2` }],
      };
      const reader = {
        ...action,
        name: "Read",
        namespace: undefined,
        inputArtifacts: [],
        outputArtifacts: [],
        runOrder: 2,
      };
      const declaration = {
        name,
        roleArn: ROLE,
        variables: [{ name, defaultValue: "v" }],
        stages: [
          stage("Source", { name, actionTypeId: ORIGIN, outputArtifacts: [{ name: `${name}1` }] }),
          stage(
            name,
            { ...action, configuration: { [key]: "x" } },
            { ...reader, configuration: { [key]: `#{${name}.${key}}` } },
          ),
        ],
      };
      const missing = { ...declaration, stages: [declaration.stages[0]!, stage(name, action)] };
      expect(await refusal(client.send(new CreatePipelineCommand({ pipeline: missing })))).toBe(
        `InvalidActionDeclarationException: Action configuration for action '${name}' is missing required configuration '${key}'`,
      );
      await client.send(new CreatePipelineCommand({ pipeline: declaration }));
      await pass(client, ORIGIN);
      await succeed(client, await take(client, actionTypeId), { outputVariables: { [key]: "value" } });
      const job = await take(client, actionTypeId);
      expect(Object.entries(job.data!.actionConfiguration!.configuration!)).toEqual([[key, "value"]]);
      await succeed(client, job);
      expect((await stageState(client, name, name)).latestExecution?.status).toBe("Succeeded");
      const { actionExecutionDetails } = await client.send(
        new ListActionExecutionsCommand({ pipelineName: name }),
      );
      expect(actionExecutionDetails?.map((row) => row.actionName)).toEqual(["Read", name, name]);
      const { pipeline } = await client.send(new GetPipelineCommand({ name }));
      expect(pipeline?.stages?.[1]?.name).toBe(name);
    },
  );

  it.each(NAMES)("'%s' is nobody's stage, source or variable where it isn't declared", async (name) => {
    const { client } = fixture;
    const pipelineName = `plain-${name}`;
    await client.send(
      new CreatePipelineCommand({
        pipeline: worked([stage("Ship", ship())], { name: pipelineName }),
      }),
    );
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName, filter: { succeededInStage: { stageName: name } } }),
    );
    expect(pipelineExecutionSummaries).toEqual([]);
    const override = { actionName: name, revisionType: "COMMIT_ID", revisionValue: "x" } as const;
    expect(
      await refusal(
        client.send(new StartPipelineExecutionCommand({ name: pipelineName, sourceRevisions: [override] })),
      ),
    ).toBe(
      `ValidationException: The pipeline '${pipelineName}' does not have a source action named '${name}'.`,
    );
  });
});
