/** Conditions of a stage through a whole server: their rules are jobs that its worker does. */
import {
  type ActionDeclaration,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  ListRuleExecutionsCommand,
  type PipelineDeclaration,
  type RuleDeclaration,
} from "@aws-sdk/client-codepipeline";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../cli/millrace.ts";
import { commands } from "../codepipeline/support/declarations.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { zipOf } from "./support/archive.ts";
import { type Clients, clientsOf } from "./support/clients.ts";
import { bucketWith, deliveryOf, ended, objectSource } from "./support/delivery.ts";

let host: TestServer;
let clients: Clients;
beforeAll(async () => {
  host = await testServer();
  clients = clientsOf(host.config);
});
afterAll(async () => {
  clients[Symbol.dispose]();
  await host[Symbol.asyncDispose]();
});

const rule = (name: string, text: string): RuleDeclaration => ({
  name,
  ruleTypeId: { category: "Rule", owner: "AWS", provider: "Commands", version: "1" },
  commands: [text],
  inputArtifacts: [{ name: "Code" }],
});

/** Source, then stage Work with an action that passes unless the object says `broken`. */
async function deliverable(
  name: string,
  conditions: Partial<NonNullable<PipelineDeclaration["stages"]>[number]>,
  action: ActionDeclaration = commands({ commands: ["! grep broken state"] }),
): Promise<void> {
  await bucketWith(clients, name, { state: "fine" });
  const { stages = [], ...rest } = deliveryOf(name, objectSource(name, "code.zip"), action);
  const pipeline = {
    ...rest,
    stages: stages.map((stage) => (stage.name === "Work" ? { ...stage, ...conditions } : stage)),
  };
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));
}

async function put(bucket: string, state: string): Promise<void> {
  await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "code.zip", Body: zipOf({ state }) }));
}

async function workOf(name: string) {
  const { stageStates = [] } = await clients.codepipeline.send(new GetPipelineStateCommand({ name }));
  return stageStates[1]!;
}

test("E9.6, E9.10, E9.15 a Commands rule reads an artifact, and lets the stage begin; its log is there", async () => {
  await deliverable("entry", {
    beforeEntry: { conditions: [{ result: "FAIL", rules: [rule("Fine", "echo looking; grep fine state")] }] },
  });
  const { executionId, status } = await ended(clients, "entry");
  expect(status).toBe("Succeeded");
  expect((await workOf("entry")).beforeEntryConditionState?.latestExecution?.status).toBe("Succeeded");
  const { endpoint, credentials } = clients.target;
  const { stdout } = await run(["logs", executionId, "--action", "Fine", "--endpoint", endpoint], {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  expect(stdout).toMatch(/^.*\blooking$/m);
});

test("E9.4, E9.6 one that fails keeps the stage's actions from running", async () => {
  await deliverable("refused", {
    beforeEntry: { conditions: [{ result: "FAIL", rules: [rule("Fine", "grep splendid state")] }] },
  });
  const { executionId, status } = await ended(clients, "refused");
  expect(status).toBe("Failed");
  const { actionStates, beforeEntryConditionState } = await workOf("refused");
  expect(actionStates?.[0]?.latestExecution).toBeUndefined();
  expect(beforeEntryConditionState?.latestExecution?.status).toBe("Failed");
  const { ruleExecutionDetails: [row] = [] } = await clients.codepipeline.send(
    new ListRuleExecutionsCommand({
      pipelineName: "refused",
      filter: { pipelineExecutionId: executionId },
    }),
  );
  expect(row).toMatchObject({
    ruleName: "Fine",
    status: "Failed",
    input: { inputArtifacts: [{ name: "Code" }] },
    output: { executionResult: { errorDetails: { code: "JobFailed" } } },
  });
});

test("E8.4, E8.5 a success condition that fails brings back what was in force", async () => {
  await deliverable("rolled-back", {
    onSuccess: { conditions: [{ result: "ROLLBACK", rules: [rule("Fine", "grep fine state")] }] },
  });
  const first = await ended(clients, "rolled-back");
  expect(first.status).toBe("Succeeded");
  // The new object starts an execution (S8.1).
  await put("rolled-back", "odd");
  await expect
    .poll(
      async () => {
        const { pipelineExecutionSummaries = [] } = await clients.codepipeline.send(
          new ListPipelineExecutionsCommand({ pipelineName: "rolled-back" }),
        );
        return pipelineExecutionSummaries[0]?.executionType === "ROLLBACK"
          ? pipelineExecutionSummaries.slice(0, 2).map(({ status }) => status)
          : [];
      },
      { timeout: 30_000, interval: 100 },
    )
    .toEqual(["Succeeded", "Failed"]);
  const { pipelineExecutionSummaries: [rollback] = [] } = await clients.codepipeline.send(
    new ListPipelineExecutionsCommand({ pipelineName: "rolled-back" }),
  );
  expect(rollback).toMatchObject({
    rollbackMetadata: { rollbackTargetPipelineExecutionId: first.executionId },
    trigger: { triggerType: "AutomatedRollback" },
  });
});
