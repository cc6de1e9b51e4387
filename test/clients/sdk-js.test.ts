/** Every operation by the SDK for JavaScript, and all its paginators, a page at a time where a size can be said. */
import {
  AcknowledgeThirdPartyJobCommand,
  type ActionTypeDeclaration,
  type CodePipelineClient,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  DeletePipelineCommand,
  DeleteWebhookCommand,
  DeregisterWebhookWithThirdPartyCommand,
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  GetActionTypeCommand,
  GetJobDetailsCommand,
  GetPipelineCommand,
  GetThirdPartyJobDetailsCommand,
  ListRuleTypesCommand,
  OverrideStageConditionCommand,
  PollForThirdPartyJobsCommand,
  PutActionRevisionCommand,
  PutApprovalResultCommand,
  PutThirdPartyJobFailureResultCommand,
  PutThirdPartyJobSuccessResultCommand,
  PutWebhookCommand,
  paginateListActionExecutions,
  paginateListActionTypes,
  paginateListDeployActionExecutionTargets,
  paginateListPipelineExecutions,
  paginateListPipelines,
  paginateListRuleExecutions,
  paginateListTagsForResource,
  paginateListWebhooks,
  RegisterWebhookWithThirdPartyCommand,
  RetryStageExecutionCommand,
  RollbackStageCommand,
  StopPipelineExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateActionTypeCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { before, inProduction } from "../codepipeline/support/conditions.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import { CLIENT, partnerFiles, SCANNER, SCANNER_TYPE, scan } from "../codepipeline/support/partners.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import {
  BUILDER,
  build,
  fail,
  ORIGIN,
  pass,
  registerTypes,
  SHIPPER,
  stageState,
  start,
  statusOf,
  succeed,
  take,
  worked,
} from "../codepipeline/support/workers.ts";
import { type GitHub, gitHub } from "../webhooks/support/github.ts";
import { gitHubPipeline, hmacWebhook } from "../webhooks/support/pipeline.ts";
import { recording } from "./support/recorder.ts";

const isCovered = recording("sdk-js");
const { clientToken } = CLIENT;
let fixture: Fixture;
let client: CodePipelineClient;
let execution: string;
let host: GitHub;
beforeAll(async () => {
  const partners = await partnerFiles({
    "partners.Test.Scanner.1": { actionType: SCANNER_TYPE, clients: [CLIENT] },
  });
  host = await gitHub();
  fixture = await startServer({ settings: { ...partners.settings, "github.endpoint": host.apiUrl } });
  await partners.remove();
  client = fixture.client;
});
afterAll(async () => {
  await fixture[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

const pipelineArn = "arn:aws:codepipeline:us-east-1:000000000000:app";
const retry = (pipelineName: string, stageName: string, pipelineExecutionId: string) =>
  client.send(
    new RetryStageExecutionCommand({
      pipelineName,
      stageName,
      pipelineExecutionId,
      retryMode: "FAILED_ACTIONS",
    }),
  );

test("custom action types and a partner's", async () => {
  await registerTypes(client);
  const pages = await Array.fromAsync(paginateListActionTypes({ client }, { actionOwnerFilter: "Custom" }));
  expect(pages.flatMap(({ actionTypes = [] }) => actionTypes.map(({ id }) => id?.provider))).toEqual([
    "Builder",
    "Shipper",
    "Origin",
  ]);
  const { actionType } = await client.send(new GetActionTypeCommand(SCANNER));
  await client.send(new UpdateActionTypeCommand({ actionType: actionType as ActionTypeDeclaration }));
});

test("pipelines and their tags", async () => {
  const pipeline = worked([stage("Build", build()), stage("Release", approval())]);
  await client.send(new CreatePipelineCommand({ pipeline: { ...pipeline, name: "other" } }));
  await client.send(new CreatePipelineCommand({ pipeline }));
  const read = await client.send(new GetPipelineCommand({ name: "app" }));
  await client.send(new UpdatePipelineCommand({ pipeline: read.pipeline }));
  const pages = await Array.fromAsync(paginateListPipelines({ client, pageSize: 1 }, {}));
  expect(pages.map(({ pipelines }) => pipelines?.map(({ name, version }) => [name, version]))).toEqual([
    [["app", 2]],
    [["other", 1]],
  ]);
  const resourceArn = read.metadata?.pipelineArn;
  expect(resourceArn).toBe(pipelineArn);
  await client.send(new TagResourceCommand({ resourceArn, tags: [{ key: "a", value: "1" }] }));
  await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
  const tags = await Array.fromAsync(paginateListTagsForResource({ client }, { resourceArn }));
  expect(tags.map((page) => page.tags)).toEqual([[]]);
});

test("an execution: jobs that fail and are retried, an approval", async () => {
  for (const pipelineName of ["other", "app"]) {
    const running = paginateListPipelineExecutions({ client, pageSize: 1 }, { pipelineName });
    const [{ pipelineExecutionSummaries: [first] = [] } = {}] = await Array.fromAsync(running);
    const { pipelineExecutionId } = first!;
    await client.send(new StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId, abandon: true }));
  }
  execution = await start(client);
  await pass(client, ORIGIN);
  const job = await take(client, BUILDER);
  const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: job.id }));
  expect(jobDetails?.data?.actionConfiguration?.configuration).toEqual({ Project: "app" });
  await fail(client, job);
  await retry("app", "Build", execution);
  await succeed(client, await take(client, BUILDER));
  const { actionStates = [] } = await stageState(client, "Release");
  await client.send(
    new PutApprovalResultCommand({
      pipelineName: "app",
      stageName: "Release",
      actionName: "Approve",
      token: actionStates[0]?.latestExecution?.token,
      result: { status: "Approved", summary: "fine" },
    }),
  );
  expect(await statusOf(client, execution)).toBe("Succeeded");
});

test("history, page by page", async () => {
  const executions = paginateListPipelineExecutions({ client, pageSize: 1 }, { pipelineName: "app" });
  const statuses = (await Array.fromAsync(executions)).map(({ pipelineExecutionSummaries = [] }) =>
    pipelineExecutionSummaries.map(({ status }) => status),
  );
  expect(statuses).toEqual([["Succeeded"], ["Stopped"]]);
  const filter = { pipelineExecutionId: execution };
  const actions = await Array.fromAsync(
    paginateListActionExecutions({ client, pageSize: 1 }, { pipelineName: "app", filter }),
  );
  const details = actions.flatMap(({ actionExecutionDetails = [] }) => actionExecutionDetails);
  expect(actions.length).toBeGreaterThanOrEqual(4);
  expect(details.map(({ actionName }) => actionName)).toEqual(["Approve", "Build", "Build", "Fetch"]);
  const { actionExecutionId } = details[0]!;
  const targets = paginateListDeployActionExecutionTargets({ client }, { actionExecutionId });
  expect((await Array.fromAsync(targets)).map((page) => page.targets)).toEqual([[]]);
  const { ruleTypes = [] } = await client.send(new ListRuleTypesCommand({}));
  expect(ruleTypes.length).toBeGreaterThan(0);
});

test("transitions and revisions", async () => {
  const transition = { pipelineName: "app", stageName: "Build", transitionType: "Inbound" } as const;
  await client.send(new DisableStageTransitionCommand({ ...transition, reason: "not now" }));
  await client.send(new EnableStageTransitionCommand(transition));
  const { newRevision } = await client.send(
    new PutActionRevisionCommand({
      pipelineName: "app",
      stageName: "Source",
      actionName: "Fetch",
      actionRevision: { revisionId: "1", revisionChangeId: "1", created: new Date() },
    }),
  );
  expect(newRevision).toBe(true);
  await pass(client, ORIGIN);
});

test("a partner's jobs", async () => {
  const scanned = stage("Test", scan({ inputArtifacts: [{ name: "Code" }] }));
  await client.send(new CreatePipelineCommand({ pipeline: worked([scanned], { name: "scanned" }) }));
  await pass(client, ORIGIN);
  const taken = async () => {
    const { jobs: [waiting] = [] } = await client.send(
      new PollForThirdPartyJobsCommand({ actionTypeId: SCANNER }),
    );
    const { jobId } = waiting!;
    const { jobDetails } = await client.send(new GetThirdPartyJobDetailsCommand({ jobId, clientToken }));
    const { nonce } = jobDetails!;
    await client.send(new AcknowledgeThirdPartyJobCommand({ jobId, nonce, clientToken }));
    return { jobId, clientToken };
  };
  const failureDetails = { type: "JobFailed", message: "leaks" } as const;
  await client.send(new PutThirdPartyJobFailureResultCommand({ ...(await taken()), failureDetails }));
  const { latestExecution } = await stageState(client, "Test", "scanned");
  await retry("scanned", "Test", latestExecution?.pipelineExecutionId ?? "");
  await client.send(new PutThirdPartyJobSuccessResultCommand(await taken()));
  expect((await stageState(client, "Test", "scanned")).latestExecution?.status).toBe("Succeeded");
});

test("webhooks", async () => {
  const definition = {
    targetPipeline: "app",
    targetAction: "Fetch",
    filters: [{ jsonPath: "$.ref" }],
    authentication: "UNAUTHENTICATED",
    authenticationConfiguration: {},
  } as const;
  for (const name of ["one", "two"])
    await client.send(
      new PutWebhookCommand({ webhook: { ...definition, filters: [{ jsonPath: "$.ref" }], name } }),
    );
  const pages = await Array.fromAsync(paginateListWebhooks({ client, pageSize: 1 }, {}));
  expect(pages.map(({ webhooks = [] }) => webhooks.map((hook) => hook.definition?.name))).toEqual([
    ["one"],
    ["two"],
  ]);
  await client.send(new DeleteWebhookCommand({ name: "one" }));
});

test("a webhook is told to GitHub, and taken back", async () => {
  await host.createRepository("octo/shop");
  await client.send(new CreatePipelineCommand({ pipeline: gitHubPipeline("hooked") }));
  await client.send(new PutWebhookCommand({ webhook: hmacWebhook("hooked") }));
  const named = { webhookName: "hooked" };
  await client.send(new RegisterWebhookWithThirdPartyCommand(named));
  expect(host.hooks("octo/shop")).toHaveLength(1);
  await client.send(new DeregisterWebhookWithThirdPartyCommand(named));
  expect(host.hooks("octo/shop")).toEqual([]);
});

test("a condition that fails and is overridden, its rules' history, and a rollback", async () => {
  const ship = { name: "Ship", actionTypeId: SHIPPER };
  const pipeline = worked([before(stage("Ship", ship), "FAIL", inProduction)], {
    name: "guarded",
    variables: [{ name: "Env", defaultValue: "dev" }],
  });
  await client.send(new CreatePipelineCommand({ pipeline }));
  await pass(client, ORIGIN);
  const pipelineName = "guarded";
  const { latestExecution } = await stageState(client, "Ship", pipelineName);
  const { pipelineExecutionId = "" } = latestExecution ?? {};
  expect(latestExecution?.status).toBe("Failed");
  const rules = paginateListRuleExecutions({ client, pageSize: 1 }, { pipelineName });
  const [{ ruleExecutionDetails } = {}] = await Array.fromAsync(rules);
  expect(ruleExecutionDetails).toMatchObject([{ ruleName: "Production", status: "Failed" }]);
  await client.send(
    new OverrideStageConditionCommand({
      pipelineName,
      stageName: "Ship",
      pipelineExecutionId,
      conditionType: "BEFORE_ENTRY",
    }),
  );
  await pass(client, SHIPPER);
  expect(await statusOf(client, pipelineExecutionId, pipelineName)).toBe("Succeeded");
  const rollback = await client.send(
    new RollbackStageCommand({
      pipelineName,
      stageName: "Ship",
      targetPipelineExecutionId: pipelineExecutionId,
    }),
  );
  await pass(client, SHIPPER);
  expect(await statusOf(client, rollback.pipelineExecutionId ?? "", pipelineName)).toBe("Succeeded");
});

test("deletion", async () => {
  for (const name of ["app", "other", "scanned", "guarded", "hooked"])
    await client.send(new DeletePipelineCommand({ name }));
  for (const { category, provider, version } of [ORIGIN, BUILDER, SHIPPER])
    await client.send(new DeleteCustomActionTypeCommand({ category, provider, version }));
});

test("the operations are called that docs/conformance.md says", () => isCovered());
