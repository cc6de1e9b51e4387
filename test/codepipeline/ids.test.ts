import {
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListRuleExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { before, inProduction } from "./support/conditions.ts";
import { approval, ROLE, stage } from "./support/declarations.ts";
import { freshPipeline } from "./support/fresh-pipeline.ts";
import { BUILDER, build, fetch, ORIGIN, succeed, take } from "./support/workers.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const pipelineName = "payments-service-production";
const here = freshPipeline({
  name: pipelineName,
  roleArn: ROLE,
  variables: [{ name: "Env", defaultValue: "prod" }],
  stages: [
    stage("Source", fetch({ outputArtifacts: [{ name: "SourceArtifact" }] })),
    stage("Build", build({ inputArtifacts: [{ name: "SourceArtifact" }] })),
    before(stage("Release", approval()), "FAIL", inProduction),
  ],
});

async function actions() {
  const { actionExecutionDetails = [] } = await here.client.send(
    new ListActionExecutionsCommand({ pipelineName }),
  );
  return actionExecutionDetails;
}

describe("api.md §2.2: ids", () => {
  it("of executions, actions, jobs and rules are UUIDs of version 4 in lower case, nonces short texts", async () => {
    const { client } = here;
    const job = await take(client, ORIGIN);
    await succeed(client, job);
    await succeed(client, await take(client, BUILDER));
    const { ruleExecutionDetails: [rule] = [] } = await client.send(
      new ListRuleExecutionsCommand({ pipelineName }),
    );
    const [action] = await actions();
    const ids = [here.executionId, job.id, action?.actionExecutionId, rule?.ruleExecutionId];
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(ids.length);
    expect(job.nonce).toMatch(/^.{1,50}$/);
  });

  it("an approval's token is its actionExecutionId", async () => {
    const { client } = here;
    await succeed(client, await take(client, ORIGIN));
    await succeed(client, await take(client, BUILDER));
    const { stageStates = [] } = await client.send(new GetPipelineStateCommand({ name: pipelineName }));
    const { token, actionExecutionId } = stageStates[2]?.actionStates?.[0]?.latestExecution ?? {};
    expect(token).toMatch(UUID);
    expect(token).toBe(actionExecutionId);
  });

  it("a continued action has a new job, and is the same action execution", async () => {
    const { client } = here;
    const first = await take(client, ORIGIN);
    await succeed(client, first, { continuationToken: "more" });
    const second = await take(client, ORIGIN);
    const actionOf = ({ data }: typeof first) => data?.pipelineContext?.action?.actionExecutionId;
    expect(second.id).not.toBe(first.id);
    expect(actionOf(second)).toBe(actionOf(first));
    expect([first.id, second.id]).not.toContain(actionOf(first));
  });

  it("an artifact's key: 20 characters of the pipeline, 10 of the artifact, 7 of chance", async () => {
    const { data } = await take(here.client, ORIGIN);
    expect(data?.outputArtifacts?.[0]?.location?.s3Location?.objectKey).toMatch(
      /^payments-service-pro\/SourceArti\/[A-Za-z0-9]{7}\.zip$/,
    );
  });
});
