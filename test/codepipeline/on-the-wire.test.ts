/** Answers and requests as bytes, which an SDK would hide: signed by hand, sent to a whole server. */
import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signed } from "../logs/support/signed.ts";
import { approval, pipeline, source, stage } from "./support/declarations.ts";
import { type Fixture, startServer } from "./support/server.ts";
import { BUILDER, build, fetch, ORIGIN, pass, registerTypes, take, worked } from "./support/workers.ts";

let fixture: Fixture;
/** Of the test's own region. */
let client: CodePipelineClient;
let region: string;
beforeAll(async () => {
  fixture = await startServer();
});
beforeEach(async () => {
  client = fixture.freshClient();
  region = await client.config.region();
  await registerTypes(client);
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** What an operation answers, as text. */
async function call(operation: string, input: unknown): Promise<string> {
  const { server } = fixture;
  const answer = await signed(server.url, "/", server.credentials, {
    method: "POST",
    region,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodePipeline_20150709.${operation}`,
    },
    body: typeof input === "string" ? input : JSON.stringify(input),
  });
  return await answer.text();
}

/** Every value of a JSON text whose member has such a name. */
function members(text: string, name: RegExp): unknown[] {
  const found: unknown[] = [];
  JSON.parse(text, (key, value) => {
    if (name.test(key)) found.push(value);
    return value;
  });
  return found;
}

const declared = worked([
  stage("Build", build({ configuration: { Token: "t", Project: "app", Note: "n" } })),
]);

test("api.md §1.2: what is absent is left out, never null; action type ids have no __type", async () => {
  await call("CreatePipeline", { pipeline: declared });
  const answers = [
    await call("GetPipeline", { name: "app" }),
    await call("GetPipelineState", { name: "app" }),
    await call("ListPipelines", {}),
    await call("ListActionTypes", {}),
    await call("ListActionExecutions", { pipelineName: "app" }),
    await call("ListPipelineExecutions", { pipelineName: "app" }),
  ];
  for (const answer of answers) {
    expect(answer).not.toMatch(/null|__type/);
    expect(answer).toMatch(/^\{"/);
  }
});

test("api.md §1.2: keys of configurations come back sorted, to workers and readers alike", async () => {
  const sorted = /"configuration":\{"Note":"n","Project":"app","Token":"(\*{4}|t)"\}/;
  await call("CreatePipeline", { pipeline: declared });
  expect(await call("GetPipeline", { name: "app" })).toMatch(sorted);
  await pass(client, ORIGIN);
  expect(await call("PollForJobs", { actionTypeId: BUILDER })).toMatch(sorted);
  const history = await call("ListActionExecutions", { pipelineName: "app" });
  expect(history).toMatch(sorted);
  expect(history).toMatch(/"resolvedConfiguration":\{"Note":"n","Project":"app","Token":"\*{4}"\}/);
});

test("api.md §2.3: times are seconds since the epoch, a JSON number with at most three decimals", async () => {
  await call("CreatePipeline", { pipeline: declared });
  const { id: jobId } = await take(client, ORIGIN);
  const currentRevision = { revision: "r", changeIdentifier: "c", created: 1_790_862_132.45 };
  await call("PutJobSuccessResult", { jobId, currentRevision });
  await call("DisableStageTransition", {
    ...{ pipelineName: "app", stageName: "Build", transitionType: "Inbound", reason: "frozen" },
  });
  const state = await call("GetPipelineState", { name: "app" });
  expect(state).toContain('"created":1790862132.45');
  const times = [
    ...members(await call("GetPipeline", { name: "app" }), /^(created|updated)$/),
    ...members(state, /^(created|updated|lastStatusChange|lastChangedAt)$/),
    ...members(await call("ListPipelines", {}), /^(created|updated)$/),
    ...members(await call("ListPipelineExecutions", { pipelineName: "app" }), /Time$/),
    ...members(await call("ListActionExecutions", { pipelineName: "app" }), /Time$/),
  ];
  expect(times.length).toBeGreaterThan(10);
  for (const time of times) expect(String(time)).toMatch(/^\d{10}(\.\d{0,2}[1-9])?$/);
});

test("times may be given as ISO 8601 (inferred: api.md §1.1)", async () => {
  await call("CreatePipeline", { pipeline: declared });
  const { id: jobId } = await take(client, ORIGIN);
  const created = "2026-10-01T12:34:56.5+02:00";
  const currentRevision = { revision: "r", changeIdentifier: "c", created };
  expect(await call("PutJobSuccessResult", { jobId, currentRevision })).toBe("");
  const state = await call("GetPipelineState", { name: "app" });
  expect(state).toContain(`"created":${Date.parse("2026-10-01T10:34:56.5Z") / 1000}`);
});

test("api.md §1.1: ListWebhooks alone has its paging members in capitals", async () => {
  await call("CreatePipeline", {
    pipeline: pipeline({ name: "hooked", stages: [stage("Source", source()), stage("Deploy", approval())] }),
  });
  for (const name of ["a", "b"])
    await call("PutWebhook", {
      webhook: {
        ...{ name, targetPipeline: "hooked", targetAction: "Fetch", filters: [] },
        ...{ authentication: "IP", authenticationConfiguration: { AllowedIPRange: "10.0.0.0/8" } },
      },
    });
  const list = async (input: object) => JSON.parse(await call("ListWebhooks", input));
  const { webhooks, NextToken } = await list({ MaxResults: 1, maxResults: 2 });
  expect(webhooks).toHaveLength(1);
  expect(webhooks[0].definition.authenticationConfiguration).toEqual({ AllowedIPRange: "10.0.0.0/8" });
  expect(await list({ NextToken, nextToken: "none" })).toEqual({
    webhooks: [expect.objectContaining({ definition: expect.objectContaining({ name: "b" }) })],
  });
  expect(await list({ maxResults: 0 })).toMatchObject({ webhooks: [{}, {}] });
});

test("api.md §3: lists are there when they are empty, and have no token then", async () => {
  const empty = { ...declared, stages: [stage("Source", fetch()), stage("Wait", approval())] };
  await call("CreatePipeline", { pipeline: empty });
  const [execution] = members(
    await call("ListPipelineExecutions", { pipelineName: "app" }),
    /^pipelineExecutionId$/,
  );
  await call("StopPipelineExecution", {
    pipelineName: "app",
    pipelineExecutionId: execution,
    abandon: true,
  });
  const [action] = members(
    await call("ListActionExecutions", { pipelineName: "app" }),
    /^actionExecutionId$/,
  );
  const succeededInStage = { stageName: "Wait" };
  expect(await call("ListPipelineExecutions", { pipelineName: "app", filter: { succeededInStage } })).toBe(
    '{"pipelineExecutionSummaries":[]}',
  );
  expect(await call("ListRuleExecutions", { pipelineName: "app" })).toBe('{"ruleExecutionDetails":[]}');
  expect(await call("ListDeployActionExecutionTargets", { actionExecutionId: action })).toBe(
    '{"targets":[]}',
  );
  expect(await call("PollForJobs", { actionTypeId: BUILDER })).toMatch(/^\{"jobs":\[/);
  const resourceArn = `arn:aws:codepipeline:${region}:000000000000:app`;
  expect(await call("ListTagsForResource", { resourceArn })).toBe('{"tags":[]}');
});
