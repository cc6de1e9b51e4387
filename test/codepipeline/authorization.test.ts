import {
  CodePipelineClient,
  CreateCustomActionTypeCommand,
  CreatePipelineCommand,
  DeletePipelineCommand,
  DisableStageTransitionCommand,
  GetPipelineCommand,
  ListPipelinesCommand,
  ListTagsForResourceCommand,
  PollForJobsCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ACCOUNT, ALLOW_ALL, type Installation, installation } from "../support/users.ts";
import { pipeline, ROLE, source, stage } from "./support/declarations.ts";
import { refusal } from "./support/server.ts";

let here: Installation;
let region: string;
let regions = 0;
let root: CodePipelineClient;

beforeAll(async () => {
  here = await installation();
});
afterAll(() => here[Symbol.asyncDispose]());
/** A region of its own for each test: nothing is there yet. */
beforeEach(() => {
  region = `xx-test-${++regions}`;
  root = new CodePipelineClient(here.configOf(here.server.credentials, region));
});

async function as(...statements: object[]): Promise<CodePipelineClient> {
  return new CodePipelineClient(here.configOf(await here.userWith(statements), region));
}

const arn = (name: string) => `arn:aws:codepipeline:${region}:${ACCOUNT}:${name}`;
const allow = (Action: string | string[], Resource: string | string[] = "*", Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (Action: string, Resource = "*", Condition?: object) => ({
  ...allow(Action, Resource, Condition),
  Effect: "Deny",
});
const named = (name: string) => pipeline({ name });
const create = (client: CodePipelineClient, name: string, tags?: Record<string, string>) =>
  client.send(new CreatePipelineCommand({ pipeline: named(name), ...(tags && { tags: tagList(tags) }) }));
const tagList = (tags: Record<string, string>): Tag[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
const start = (client: CodePipelineClient, name: string) =>
  client.send(new StartPipelineExecutionCommand({ name }));
const exists = async (name: string) =>
  (await root.send(new ListPipelinesCommand({}))).pipelines?.some((one) => one.name === name);

const notAllowed = (user: RegExp, action: string, resource: string) =>
  new RegExp(
    `^AccessDeniedException: User: arn:aws:iam::${ACCOUNT}:user/${user.source} is not authorized to perform: ${action} on resource: ${resource.replaceAll(/[.*]/g, "\\$&")} because no identity-based policy allows the ${action} action$`,
  );

test("api.md §9.3: what no policy allows is denied in AWS's words, with status 400", async () => {
  const client = await as(allow("codepipeline:GetPipeline", arn("mine")));
  await create(root, "mine");
  await create(root, "other");
  await client.send(new GetPipelineCommand({ name: "mine" }));
  const denied = client.send(new GetPipelineCommand({ name: "other" }));
  await expect(denied).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect(await refusal(denied)).toMatch(notAllowed(/user\d+/, "codepipeline:GetPipeline", arn("other")));
});

test("authorisation precedes existence (inferred: api.md §9.3)", async () => {
  const client = await as(allow("codepipeline:GetPipeline", arn("mine")));
  expect(await refusal(client.send(new GetPipelineCommand({ name: "gone" })))).toMatch(/^AccessDenied/);
  expect(await refusal(client.send(new GetPipelineCommand({ name: "mine" })))).toMatch(/^PipelineNotFound/);
});

test("api.md §9.3: an explicit deny wins, and says so", async () => {
  await create(root, "mine");
  const client = await as(ALLOW_ALL, deny("codepipeline:Delete*", arn("m*")));
  expect(await refusal(client.send(new DeletePipelineCommand({ name: "mine" })))).toMatch(
    new RegExp(
      `is not authorized to perform: codepipeline:DeletePipeline on resource: ${arn("mine")} with an explicit deny in an identity-based policy$`,
    ),
  );
  expect(await exists("mine")).toBe(true);
});

test("api.md §9.1: stages and actions lie under their pipeline: <pipeline>/* covers them, the pipeline's ARN doesn't", async () => {
  await create(root, "app");
  const [whole, below] = [await as(allow("*", arn("app"))), await as(allow("*", arn("app/*")))];
  const hold = new DisableStageTransitionCommand({
    pipelineName: "app",
    stageName: "Deploy",
    transitionType: "Inbound",
    reason: "frozen",
  });
  const answer = new PutApprovalResultCommand({
    pipelineName: "app",
    stageName: "Deploy",
    actionName: "Approve",
    token: "11111111-1111-4111-8111-111111111111",
    result: { status: "Approved", summary: "fine" },
  });
  expect(await refusal(whole.send(hold))).toContain(`on resource: ${arn("app/Deploy")} because`);
  expect(await refusal(whole.send(answer))).toContain(`on resource: ${arn("app/Deploy/Approve")} because`);
  await below.send(hold);
  expect(await refusal(below.send(answer))).not.toContain("AccessDenied");
  expect(await refusal(below.send(new GetPipelineCommand({ name: "app" })))).toContain("AccessDenied");
});

test.each([
  "arn:aws:codepipeline:*::actionType:custom/Build/Jenkins/1/",
  "arn:aws:codepipeline:*:000000000000:actiontype:Custom/Build/Jenkins/1",
  "arn:aws:codepipeline:*::actiontype:Custom/Build/J*",
  "arn:aws:codepipeline:*:*:actionType:custom/*/Jenkins/1",
])("api.md §9.1: policies may name an action type as %s", async (resource) => {
  const client = await as(allow("codepipeline:PollForJobs", resource));
  const poll = (provider: string) =>
    client.send(
      new PollForJobsCommand({
        actionTypeId: { category: "Build", owner: "Custom", provider, version: "1" },
      }),
    );
  expect(await refusal(poll("Jenkins"))).toMatch(/^ActionTypeNotFound/);
  expect(await refusal(poll("Other"))).toMatch(/^AccessDenied/);
});

test("api.md §9.1: ListPipelines is all or nothing", async () => {
  await create(root, "secret");
  const all = await as(allow("codepipeline:ListPipelines"));
  expect((await all.send(new ListPipelinesCommand({}))).pipelines).toHaveLength(1);
  const one = await as(allow("codepipeline:ListPipelines", arn("secret")));
  expect(await refusal(one.send(new ListPipelinesCommand({})))).toContain("on resource: * because");
});

test("A23: a role is passed by those who may pass it; every roleArn of a declaration counts (api.md §9.1)", async () => {
  const other = ROLE.replace("role/pipeline", "role/deployer");
  const passing = (role: string) =>
    allow("iam:PassRole", role, { StringEquals: { "iam:PassedToService": "codepipeline.amazonaws.com" } });
  const without = await as(allow("codepipeline:*"));
  expect(await refusal(create(without, "app"))).toMatch(notAllowed(/user\d+/, "iam:PassRole", ROLE));
  expect(await exists("app")).toBe(false);

  const one = await as(allow("codepipeline:*"), passing(ROLE));
  await create(one, "app");
  const [first, second] = pipeline().stages ?? [];
  const acting = pipeline({
    name: "app",
    stages: [stage("Source", source({ roleArn: other })), ...(second === undefined ? [] : [second])],
  });
  expect(first).toBeDefined();
  expect(await refusal(one.send(new UpdatePipelineCommand({ pipeline: acting })))).toContain(
    `iam:PassRole on resource: ${other} because`,
  );
  expect((await root.send(new GetPipelineCommand({ name: "app" }))).pipeline?.version).toBe(1);
  const both = await as(allow("codepipeline:*"), passing(ROLE), passing(other));
  await both.send(new UpdatePipelineCommand({ pipeline: acting }));
});

test("api.md §9.2, AWS's guide: deny unless tagged, by aws:ResourceTag and by codepipeline:ResourceTag", async () => {
  for (const key of ["aws:ResourceTag/Environment", "codepipeline:ResourceTag/Environment"]) {
    const name = key.startsWith("aws") ? "one" : "two";
    await create(root, name, { Environment: "Production" });
    const client = await as(
      ALLOW_ALL,
      deny("codepipeline:*", "*", { StringEquals: { [key]: "Production" } }),
    );
    for (const call of [
      () => client.send(new GetPipelineCommand({ name })),
      () => client.send(new DeletePipelineCommand({ name })),
      () => start(client, name),
      () => client.send(new UntagResourceCommand({ resourceArn: arn(name), tagKeys: ["Environment"] })),
    ])
      expect(await refusal(call())).toMatch(/^AccessDenied.*with an explicit deny/);
    // Tags take effect at once.
    await root.send(
      new TagResourceCommand({ resourceArn: arn(name), tags: [{ key: "Environment", value: "Test" }] }),
    );
    await client.send(new GetPipelineCommand({ name }));
  }
});

test("api.md §9.2, AWS's guide: may start only what carries my team's tag; a pipeline's tags count for its stages", async () => {
  await create(root, "ours", { team: "web" });
  await create(root, "theirs", { team: "db" });
  await create(root, "nobodys");
  const key = await here.userWith(
    [
      allow(["codepipeline:StartPipelineExecution", "codepipeline:DisableStageTransition"], "*", {
        StringEquals: { "aws:ResourceTag/team": `\${aws:PrincipalTag/team}` },
      }),
    ],
    { tags: { team: "web" } },
  );
  const client = new CodePipelineClient(here.configOf(key, region));
  await start(client, "ours");
  for (const name of ["theirs", "nobodys", "gone"])
    expect(await refusal(start(client, name))).toMatch(/^AccessDenied/);
  const hold = (pipelineName: string) =>
    client.send(
      new DisableStageTransitionCommand({
        pipelineName,
        stageName: "Deploy",
        transitionType: "Inbound",
        reason: "frozen",
      }),
    );
  await hold("ours");
  expect(await refusal(hold("theirs"))).toMatch(/^AccessDenied/);
});

test("api.md §9.2, AWS's guide: must tag at creation; creating with tags needs TagResource, too", async () => {
  const tagged = { StringEquals: { "aws:RequestTag/Project": "ProjectA" } };
  const passing = allow("iam:PassRole");
  const client = await as(
    passing,
    allow(["codepipeline:CreatePipeline", "codepipeline:TagResource"], "*", {
      ...tagged,
      "ForAllValues:StringEquals": { "aws:TagKeys": ["Project"] },
    }),
  );
  const wrong: (Record<string, string> | undefined)[] = [
    undefined,
    { Project: "ProjectB" },
    { Project: "ProjectA", more: "1" },
  ];
  for (const tags of wrong)
    expect(await refusal(create(client, "app", tags))).toMatch(/^AccessDenied.*CreatePipeline/);
  expect(await exists("app")).toBe(false);
  await create(client, "app", { Project: "ProjectA" });
  const { tags } = await root.send(new ListTagsForResourceCommand({ resourceArn: arn("app") }));
  expect(tags).toEqual([{ key: "Project", value: "ProjectA" }]);

  const tagless = await as(passing, allow("codepipeline:CreatePipeline"));
  expect(await refusal(create(tagless, "other", { a: "b" }))).toContain(
    `codepipeline:TagResource on resource: ${arn("other")} because`,
  );
  await create(tagless, "other");
});

test("api.md §9.2: denies of CreatePipeline count for the stages and actions in it, which carry no request tags", async () => {
  const strict = await as(
    ALLOW_ALL,
    deny("codepipeline:CreatePipeline", "*", { StringNotEquals: { "aws:RequestTag/team": "web" } }),
  );
  expect(await refusal(create(strict, "app", { team: "web" }))).toContain(
    `on resource: ${arn("app/Source")} with an explicit deny`,
  );
  const guide = await as(
    ALLOW_ALL,
    deny("codepipeline:CreatePipeline", "*", { StringNotEqualsIfExists: { "aws:RequestTag/team": "web" } }),
  );
  expect(await refusal(create(guide, "app", { team: "db" }))).toContain(
    `on resource: ${arn("app")} with an explicit deny`,
  );
});

test("A23: nobody tags himself in: TagResource is judged by the tags before the change (api.md §9.2)", async () => {
  await create(root, "app", { team: "db" });
  const client = await as(allow("codepipeline:*", "*", { StringEquals: { "aws:ResourceTag/team": "web" } }));
  const tag = client.send(
    new TagResourceCommand({ resourceArn: arn("app"), tags: [{ key: "team", value: "web" }] }),
  );
  expect(await refusal(tag)).toMatch(/^AccessDenied/);
  const { tags } = await root.send(new ListTagsForResourceCommand({ resourceArn: arn("app") }));
  expect(tags).toEqual([{ key: "team", value: "db" }]);
});

test("A23: a second tag that differs in case alone doesn't stand for the one that policies name", async () => {
  await create(root, "app", { team: "db", TEAM: "web" });
  const client = await as(allow("*", "*", { StringEquals: { "aws:ResourceTag/team": "web" } }));
  expect(await refusal(start(client, "app"))).toMatch(/^AccessDenied/);
});

test("A23: creating an action type that is there again adds no tags without leave for it", async () => {
  const type = {
    category: "Build" as const,
    provider: "Jenkins",
    version: "1",
    inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  };
  await root.send(new CreateCustomActionTypeCommand({ ...type, tags: [{ key: "team", value: "db" }] }));
  const client = await as(
    allow("codepipeline:CreateCustomActionType"),
    allow("codepipeline:TagResource", "*", { StringEquals: { "aws:ResourceTag/team": "web" } }),
  );
  const again = client.send(
    new CreateCustomActionTypeCommand({ ...type, tags: [{ key: "team", value: "web" }] }),
  );
  expect(await refusal(again)).toContain("codepipeline:TagResource");
});

test("api.md §9.2: aws:TagKeys of UntagResource", async () => {
  await create(root, "app", { a: "1", b: "2" });
  const client = await as(
    allow("codepipeline:UntagResource", "*", { "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }),
  );
  const untag = (...tagKeys: string[]) =>
    client.send(new UntagResourceCommand({ resourceArn: arn("app"), tagKeys }));
  expect(await refusal(untag("a", "b"))).toMatch(/^AccessDenied/);
  await untag("a");
});

test("api.md §9.2: what policies may ask of the caller and the request", async () => {
  await create(root, "app");
  const get = async (statement: object, tags = {}) => {
    const key = await here.userWith([statement], { tags });
    const client = new CodePipelineClient({ ...here.configOf(key, region), customUserAgent: "probe/7" });
    return await client.send(new GetPipelineCommand({ name: "app" })).then(
      () => true,
      () => false,
    );
  };
  const when = (Condition: object) => get(allow("codepipeline:GetPipeline", "*", Condition));
  for (const condition of [
    { StringLike: { "aws:username": "user*" } },
    { StringLike: { "aws:userid": "AIDA*" } },
    { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:user/*` } },
    { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:PrincipalType": "User" } },
    { StringEquals: { "aws:RequestedRegion": region } },
    { IpAddress: { "aws:SourceIp": ["127.0.0.0/8", "::1/128"] } },
    { Bool: { "aws:SecureTransport": "false" } },
    { StringLike: { "aws:UserAgent": "*probe/7*" } },
    { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
    { NumericGreaterThan: { "aws:EpochTime": "1500000000" } },
    { Null: { "aws:TokenIssueTime": "true" } },
  ])
    expect(await when(condition), JSON.stringify(condition)).toBe(true);
  for (const condition of [
    { StringEquals: { "aws:username": "root" } },
    { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
    { Bool: { "aws:SecureTransport": true } },
    { DateLessThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } },
    { StringEquals: { "aws:MadeUp": "x" } },
  ])
    expect(await when(condition), JSON.stringify(condition)).toBe(false);
});
