/** What a caller must be allowed to, of every operation: the resource that its denial names. */
import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeleteCustomActionTypeCommand,
  DeleteWebhookCommand,
  PutApprovalResultCommand,
  PutWebhookCommand,
  TagResourceCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { codePipeline } from "../../src/services/codepipeline/index.ts";
import { codePipelineRequests, type Names } from "../attacks/support/foreign-requests.ts";
import { signed } from "../logs/support/signed.ts";
import { ACCOUNT, type Installation, installation } from "../support/users.ts";
import { pipeline } from "./support/declarations.ts";
import { refusal } from "./support/server.ts";

let here: Installation;
beforeAll(async () => {
  here = await installation();
});
afterAll(() => here[Symbol.asyncDispose]());

let region: string;
let regions = 0;
let root: CodePipelineClient;
/** A region of its own for each test: nothing is there yet. */
beforeEach(() => {
  region = `xx-test-${++regions}`;
  root = new CodePipelineClient(here.configOf(here.server.credentials, region));
});

const arn = (name: string) => `arn:aws:codepipeline:${region}:${ACCOUNT}:${name}`;
const allow = (Action: string, Resource = "*", Condition?: object) => ({
  ...{ Effect: "Allow", Action, Resource },
  ...(Condition && { Condition }),
});
async function as(...statements: object[]): Promise<CodePipelineClient> {
  return new CodePipelineClient(here.configOf(await here.userWith(statements), region));
}

const TABLE: Readonly<Record<string, readonly string[]>> = {
  app: [
    ...["CreatePipeline", "UpdatePipeline", "DeletePipeline", "GetPipeline", "GetPipelineState"],
    ...["GetPipelineExecution", "ListPipelineExecutions", "ListActionExecutions", "ListRuleExecutions"],
    ...["ListDeployActionExecutionTargets", "StartPipelineExecution", "StopPipelineExecution"],
    ...["TagResource", "UntagResource", "ListTagsForResource"],
  ],
  "app/Build": [
    ...["EnableStageTransition", "DisableStageTransition", "RetryStageExecution", "RollbackStage"],
    "OverrideStageCondition",
  ],
  "app/Build/Build": ["PutApprovalResult"],
  "app/Source/Fetch": ["PutActionRevision"],
  "actiontype:Custom/Build/Tool/1": [...["CreateCustomActionType", "DeleteCustomActionType", "PollForJobs"]],
  "actiontype:ThirdParty/Build/Tool/1": ["UpdateActionType"],
  "webhook:hook": [
    ...["DeleteWebhook", "RegisterWebhookWithThirdParty", "DeregisterWebhookWithThirdParty", "PutWebhook"],
  ],
  "webhook:*": ["ListWebhooks"],
  "*": [
    ...["AcknowledgeJob", "GetJobDetails", "PutJobSuccessResult", "PutJobFailureResult"],
    ...["PollForThirdPartyJobs", "GetThirdPartyJobDetails", "AcknowledgeThirdPartyJob"],
    ...["PutThirdPartyJobSuccessResult", "PutThirdPartyJobFailureResult"],
    ...["ListPipelines", "ListActionTypes", "ListRuleTypes"],
  ],
};
const rows = Object.entries(TABLE).flatMap(([resource, operations]) =>
  operations.map((operation) => [operation, resource] as const),
);

/** What a user who may do nothing is told. */
async function denial(operation: string): Promise<string> {
  const id = "11111111-1111-4111-8111-111111111111";
  const names: Names = {
    ...{ pipeline: "app", webhook: "hook", provider: "Tool", account: ACCOUNT, region },
    ...{ executionId: id, actionExecutionId: id, jobId: id, token: id, nonce: "1" },
    ...{ project: "p", repository: "r", connection: "c", host: "h" },
  };
  const request = codePipelineRequests[operation]?.(names) ?? {};
  const { server } = here;
  const answer = await signed(server.url, "/", await here.userWith([allow("s3:GetObject")]), {
    method: "POST",
    region,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodePipeline_20150709.${operation}`,
    },
    body: JSON.stringify(
      operation === "ListDeployActionExecutionTargets" ? { ...request, pipelineName: "app" } : request,
    ),
  });
  return await answer.text();
}

async function expectDenial(operation: string, resource: string): Promise<void> {
  const of = resource === "*" ? "*" : arn(resource);
  const action = `codepipeline:${operation}`;
  expect(await denial(operation)).toContain(
    `is not authorized to perform: ${action} on resource: ${of} because no identity-based policy allows the ${action} action`,
  );
}

test("api.md §9.1: the table has every operation", () => {
  const known = [...rows.map(([operation]) => operation), "GetActionType"];
  expect(known.sort()).toEqual(codePipeline.operations.map(({ name }) => name).sort());
});

test.each(rows)("api.md §9.1: %s is about %s", async (operation, resource) => {
  await expectDenial(operation, resource);
});

test("GetActionType is about the action type (inferred: api.md §9.1)", async () => {
  await expectDenial("GetActionType", "actiontype:ThirdParty/Build/Tool/1");
});

const type = {
  ...({ category: "Build", provider: "Tool", version: "1" } as const),
  inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
};
const webhook = {
  ...{ name: "hook", targetPipeline: "app", targetAction: "Fetch", filters: [] },
  ...({ authentication: "UNAUTHENTICATED", authenticationConfiguration: {} } as const),
};
const tagged = (value: string) => [{ key: "team", value }];

test("api.md §9.1: PutWebhook takes leave for the webhook and for its pipeline", async () => {
  await root.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const put = (client: CodePipelineClient) => client.send(new PutWebhookCommand({ webhook }));
  const half = await as(allow("codepipeline:PutWebhook", arn("webhook:*")));
  expect(await refusal(put(half))).toContain(`on resource: ${arn("app")} because`);
  await put(await as(allow("codepipeline:PutWebhook", arn("*"))));
});

test("api.md §9.1, §9.2: action types and webhooks with tags take leave to tag, and their tags are asked for", async () => {
  await root.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const makers = {
    "actiontype:Custom/Build/Tool/1": (client: CodePipelineClient, team: string) =>
      client.send(new CreateCustomActionTypeCommand({ ...type, tags: tagged(team) })),
    "webhook:hook": (client: CodePipelineClient, team: string) =>
      client.send(new PutWebhookCommand({ webhook, tags: tagged(team) })),
  };
  const creating = [allow("codepipeline:CreateCustomActionType"), allow("codepipeline:PutWebhook")];
  const asked = { StringEquals: { "aws:RequestTag/team": "web" } };
  const only = { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } };
  const tagless = await as(...creating);
  const tagging = await as(...creating, allow("codepipeline:TagResource", "*", { ...asked, ...only }));
  for (const [resource, make] of Object.entries(makers)) {
    const refused = `codepipeline:TagResource on resource: ${arn(resource)} because`;
    expect(await refusal(make(tagless, "web"))).toContain(refused);
    expect(await refusal(make(tagging, "db"))).toContain(refused);
    await make(tagging, "web");
    await make(tagging, "web");
  }
});

test("api.md §9.2: TagResource is asked for the tags of the request", async () => {
  await root.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const client = await as(
    allow("codepipeline:TagResource", "*", { StringLike: { "aws:RequestTag/team": "w*" } }),
  );
  const tag = (value: string) =>
    client.send(new TagResourceCommand({ resourceArn: arn("app"), tags: tagged(value) }));
  expect(await refusal(tag("db"))).toMatch(/^AccessDenied/);
  await tag("web");
});

test("api.md §9.2: the tags of action types and webhooks count for what is done with them", async () => {
  await root.send(new CreatePipelineCommand({ pipeline: pipeline() }));
  await root.send(new CreateCustomActionTypeCommand({ ...type, tags: tagged("db") }));
  await root.send(new PutWebhookCommand({ webhook, tags: tagged("db") }));
  const { category, provider, version } = type;
  const deletions = (client: CodePipelineClient) => [
    () => client.send(new DeleteCustomActionTypeCommand({ category, provider, version })),
    () => client.send(new DeleteWebhookCommand({ name: "hook" })),
  ];
  const withTag = (team: string) =>
    as(allow("codepipeline:Delete*", "*", { StringEquals: { "aws:ResourceTag/team": team } }));
  for (const call of deletions(await withTag("web"))) expect(await refusal(call())).toMatch(/^AccessDenied/);
  for (const call of deletions(await withTag("db"))) await call();
});

test("api.md §9.2: a pipeline's tags count for its actions", async () => {
  await root.send(new CreatePipelineCommand({ pipeline: pipeline(), tags: tagged("web") }));
  const answer = new PutApprovalResultCommand({
    ...{ pipelineName: "app", stageName: "Deploy", actionName: "Approve" },
    token: "11111111-1111-4111-8111-111111111111",
    result: { status: "Approved", summary: "" },
  });
  const withTag = (team: string) =>
    as(allow("codepipeline:PutApprovalResult", "*", { StringEquals: { "aws:ResourceTag/team": team } }));
  expect(await refusal((await withTag("db")).send(answer))).toMatch(/^AccessDenied/);
  expect(await refusal((await withTag("web")).send(answer))).not.toMatch(/^AccessDenied/);
});

test("api.md §9.2: an allow is needed for the pipeline alone, not for the stages and actions in it", async () => {
  const client = await as(allow("codepipeline:CreatePipeline", arn("app")), allow("iam:PassRole"));
  await client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
});
