/** Source/CodeStarSourceConnection: real git from a stand-in for the hosts, real builds (P1.25 to P1.28). */
import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CodeStarConnectionsClient,
  CreateConnectionCommand,
  DeleteConnectionCommand,
  GetConnectionCommand,
} from "@aws-sdk/client-codestar-connections";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { approval, commands, pipeline, stage } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import { installation } from "../support/users.ts";
import { TOKEN } from "../webhooks/support/github.ts";
import { type Connected, connected, connectionSource } from "./support/connected.ts";

let at: Connected;
let commit: string;
beforeAll(async () => {
  at = await connected({ worker: true });
  await at.host.createRepository("octo/shop");
  await at.host.commit("octo/shop", "main", { "word.txt": "first" });
  commit = await at.host.commit("octo/shop", "main", { "word.txt": "second" });
});
afterAll(() => at[Symbol.asyncDispose]());

/** The execution that a pipeline's creation started, when it has ended. */
async function firstEnded(pipelineName: string) {
  const { client } = at.fixture;
  const { pipelineExecutionSummaries: [first] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return ended(pipelineName, first!.pipelineExecutionId!);
}

async function ended(pipelineName: string, pipelineExecutionId: string) {
  const { client } = at.fixture;
  return vi.waitFor(
    async () => {
      const { pipelineExecution } = await client.send(
        new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }),
      );
      if (pipelineExecution?.status === "InProgress") throw new Error("in progress");
      const { actionExecutionDetails = [] } = await client.send(
        new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
      );
      return { execution: pipelineExecution!, actions: actionExecutionDetails };
    },
    { timeout: 30_000, interval: 50 },
  );
}

const HOSTS = [
  ["GitHub", {}, "commit"],
  ["GitHubEnterpriseServer", {}, "commit"],
  ["GitLabSelfManaged", {}, "-/commit"],
  ["Gitea", {}, "commit"],
  ["Gitea", { user: "ada" }, "commit"],
] as const;

test.each(HOSTS)(
  "P1.27, P1.28, S7.4: %s (%o) delivers the branch's newest commit, and tells of it",
  async (type, credential, commits) => {
    const arn = await at.connect(type, credential);
    const name = `zip-${type}-${Object.keys(credential).length}`;
    const build = commands({ commands: ['test "$(cat word.txt)" = second', "test ! -e .git"] });
    await at.createPipeline(name, connectionSource(arn), stage("Build", build));
    const { execution, actions } = await firstEnded(name);
    const revisionUrl = `${at.host.url}/octo/shop/${commits}/${commit}`;
    const revisionSummary = JSON.stringify({ ProviderType: type, CommitMessage: "Change word.txt" });
    expect(execution).toMatchObject({
      status: "Succeeded",
      artifactRevisions: [{ revisionId: commit, revisionSummary, revisionUrl }],
    });
    expect(actions.find(({ actionName }) => actionName === "Fetch")?.output?.outputVariables).toEqual({
      AuthorDate: "2023-11-14T22:13:20Z",
      AuthorDisplayName: "Ada",
      AuthorEmail: "ada@example.com",
      BranchName: "main",
      CommitId: commit,
      CommitMessage: "Change word.txt",
      ConnectionArn: arn,
      FullRepositoryName: "octo/shop",
      ProviderType: type,
    });
  },
);

test("S7.4: plain git takes a path below its host; its revision has no page, its author's e-mail is who he is", async () => {
  const arn = await at.connect("Git", { user: "ada" });
  await at.createPipeline(
    "plain",
    connectionSource(arn, { FullRepositoryId: "octo/shop.git" }),
    stage("Release", approval()),
  );
  const fetched = await vi.waitFor(
    async () => {
      const { actionExecutionDetails: [, fetch] = [] } = await at.fixture.client.send(
        new ListActionExecutionsCommand({ pipelineName: "plain" }),
      );
      expect(fetch?.status).toBe("Succeeded");
      return fetch;
    },
    { timeout: 20_000 },
  );
  expect(fetched?.output?.outputVariables).toMatchObject({
    AuthorId: "ada@example.com",
    ProviderType: "Git",
  });
  expect(fetched?.output?.executionResult?.externalExecutionUrl).toBeUndefined();
});

test("P1.6, P1.7: a full clone has the history; the token is in no command's sight", async () => {
  const arn = await at.connect();
  const build = commands({
    commands: [
      `test "$(git rev-parse HEAD)" = ${commit}`,
      'test "$(git rev-list --count HEAD)" = 2',
      `test "$(git remote get-url origin)" = ${at.host.url}/octo/shop.git`,
      // Neither the repository's settings nor the environment hold it.
      `! grep -r ${TOKEN} .git && ! env | grep ${TOKEN}`,
    ],
  });
  const source = connectionSource(arn, { OutputArtifactFormat: "CodeBuild_Clone_Ref" });
  await at.createPipeline("cloned", source, stage("Build", build));
  const { execution, actions } = await firstEnded("cloned");
  expect(
    actions.map(({ actionName, output }) => [actionName, output?.executionResult?.errorDetails]),
  ).toEqual([
    ["Run", undefined],
    ["Fetch", undefined],
  ]);
  expect(execution.status).toBe("Succeeded");
});

test("api.md §13: an override binds an execution to a commit; one that isn't there fails it", async () => {
  const arn = await at.connect();
  await at.createPipeline("bound", connectionSource(arn), stage("Run", commands()));
  await firstEnded("bound");
  const start = async (revisionValue: string) => {
    const { pipelineExecutionId = "" } = await at.fixture.client.send(
      new StartPipelineExecutionCommand({
        name: "bound",
        sourceRevisions: [{ actionName: "Fetch", revisionType: "COMMIT_ID", revisionValue }],
      }),
    );
    return ended("bound", pipelineExecutionId);
  };
  const first = await at.host.git("octo/shop", "rev-parse", "main~1");
  expect((await start(first)).execution).toMatchObject({
    status: "Succeeded",
    artifactRevisions: [{ revisionId: first }],
  });
  const { actions } = await start("f".repeat(40));
  expect(actions[0]?.output?.executionResult?.errorDetails).toEqual({
    code: "RevisionUnavailable",
    message: `Commit ${"f".repeat(40)} is no longer in repository octo/shop`,
  });
});

test.each([
  ["branch", { BranchName: "gone" }, "[GitHub] No Branch [gone] found for FullRepositoryName [octo/shop]"],
  [
    "repository",
    { FullRepositoryId: "octo/none" },
    "[GitHub] No Repository [octo/none] found through connection",
  ],
  [
    "repository's owner",
    { FullRepositoryId: "shop" },
    "[GitHub] No Repository [shop] found through connection",
  ],
  [
    "path",
    { FullRepositoryId: "octo/../../x" },
    "[GitHub] No Repository [octo/../../x] found through connection",
  ],
])("P1.26: a %s that isn't there fails the action", async (what, configuration, told) => {
  const arn = await at.connect();
  const name = `missing-${what.replace(/\W/g, "")}`;
  await at.createPipeline(name, connectionSource(arn, configuration), stage("Run", commands()));
  const { actions } = await firstEnded(name);
  expect(actions[0]?.output?.executionResult?.errorDetails).toMatchObject({
    code: "ConfigurationError",
    message: expect.stringContaining(told),
  });
});

test("S7.2, S7.3, P1.26: PENDING, a token that is refused later, and a deleted connection fail the source, each in its words", async () => {
  const { ConnectionArn: pending = "" } = await at.connections.send(
    new CreateConnectionCommand({ ConnectionName: "pending", ProviderType: "GitHub" }),
  );
  await at.createPipeline("pending", connectionSource(pending), stage("Run", commands()));
  const failure = async (name: string) =>
    (await firstEnded(name)).actions[0]?.output?.executionResult?.errorDetails;
  expect(await failure("pending")).toEqual({
    code: "ConfigurationError",
    message: `Connection ${pending} is not available (PENDING).`,
  });

  // Plain git asks nobody whose a token is, so the wrong one shows when it is used.
  const git = await at.connect("Git", { user: "ada", token: "outdated-token" });
  await at.createPipeline("outdated", connectionSource(git), stage("Run", commands()));
  expect(await failure("outdated")).toEqual({
    code: "PermissionError",
    message: `[Git] The connection ${git} was refused: authentication failed`,
  });

  const hub = await at.connect("GitHub");
  at.host.revoke();
  await at.createPipeline("revoked", connectionSource(hub), stage("Run", commands()));
  expect(await failure("revoked")).toMatchObject({ code: "PermissionError" });
  const { Connection } = await at.connections.send(new GetConnectionCommand({ ConnectionArn: hub }));
  expect(Connection?.ConnectionStatus).toBe("ERROR");
  at.host.restore();

  await at.createPipeline("deleted", connectionSource(pending), stage("Run", commands()));
  await firstEnded("deleted");
  await at.connections.send(new DeleteConnectionCommand({ ConnectionArn: pending }));
  const { pipelineExecutionId = "" } = await at.fixture.client.send(
    new StartPipelineExecutionCommand({ name: "deleted" }),
  );
  const { actions } = await ended("deleted", pipelineExecutionId);
  expect(actions[0]?.output?.executionResult?.errorDetails).toMatchObject({
    code: "ConfigurationError",
    message: `Connection ${pending} could not be found.`,
  });
});

test("S7.2: a host that was asked too often says nothing against a token", async () => {
  at.host.refusals.push({ status: 200, body: { login: "octo" } });
  const hub = await at.connect("GitHub", { token: "of-other-repositories" });
  // The job asks, and so does whoever looks for changes.
  at.host.refusals.push(...Array.from({ length: 9 }, () => ({ status: 403 })));
  await at.createPipeline("limited", connectionSource(hub), stage("Run", commands()));
  expect((await firstEnded("limited")).actions[0]?.output?.executionResult?.errorDetails).toMatchObject({
    code: "PermissionError",
  });
  const { Connection } = await at.connections.send(new GetConnectionCommand({ ConnectionArn: hub }));
  expect(Connection?.ConnectionStatus).toBe("AVAILABLE");
  // Who looks for changes may ask only now, and is told then that the token is wrong.
  expect(at.host.refusals.splice(0).length).toBeLessThan(9);
});

test("S7.9: plain git knows no pull requests, so they can be no trigger", async () => {
  const git = await at.connect("Git", { user: "ada" });
  const requests = {
    providerType: "CodeStarSourceConnection" as const,
    gitConfiguration: { sourceActionName: "Fetch", pullRequest: [{ branches: { includes: ["main"] } }] },
  };
  const stages = [stage("Source", connectionSource(git)), stage("Run", commands())];
  const declaration = pipeline({ name: "refused", pipelineType: "V2", stages, triggers: [requests] });
  const creating = at.fixture.client.send(new CreatePipelineCommand({ pipeline: declaration }));
  expect(await refusal(creating)).toBe(
    "InvalidStructureException: Plain git knows no pull requests: leave pullRequest out of the trigger for action 'Fetch'.",
  );
});

test("P1.26, S7.3: an unknown connection is refused at create; using one needs UseConnection, in either spelling", async () => {
  const nobodys = "arn:aws:codestar-connections:us-east-1:000000000000:connection/none";
  const others = nobodys.replace("000000000000", "111122223333");
  for (const arn of [nobodys, others, "none"])
    expect(await refusal(at.createPipeline("refused", connectionSource(arn), stage("Run", commands())))).toBe(
      `InvalidActionDeclarationException: Connection ${arn} in action 'Fetch' could not be found`,
    );

  // One that is chosen when it runs would be one that nobody was asked about.
  const first = connectionSource(await at.connect(), {}, { namespace: "First" });
  const second = connectionSource(
    "#{First.CommitMessage}",
    {},
    { name: "Second", runOrder: 2, outputArtifacts: [{ name: "Other" }] },
  );
  const stages = [stage("Source", first, second), stage("Run", approval())];
  expect(
    await refusal(
      at.fixture.client.send(new CreatePipelineCommand({ pipeline: pipeline({ name: "refused", stages }) })),
    ),
  ).toBe(
    "InvalidActionDeclarationException: ConnectionArn in action 'Second' must name the connection itself, without references: '#{First.CommitMessage}'",
  );

  await using here = await installation();
  const { ConnectionArn: arn = "" } = await new CodeStarConnectionsClient(
    here.configOf(here.server.credentials),
  ).send(new CreateConnectionCommand({ ConnectionName: "hub", ProviderType: "GitHub" }));
  const creating = { Effect: "Allow", Action: ["codepipeline:*", "iam:PassRole"], Resource: "*" };
  const using = (Action: string, more: object = {}) => ({ Effect: "Allow", Action, Resource: arn, ...more });
  const create = async (name: string, ...statements: object[]) => {
    const config = here.configOf(await here.userWith([creating, ...statements]));
    const { CodePipelineClient } = await import("@aws-sdk/client-codepipeline");
    return new CodePipelineClient(config).send(
      new CreatePipelineCommand({
        pipeline: pipeline({
          name,
          stages: [stage("Source", connectionSource(arn)), stage("Run", approval())],
        }),
      }),
    );
  };
  const denied = /AccessDeniedException: .* codestar-connections:UseConnection on resource: arn:aws:codestar/;
  expect(await refusal(create("a"))).toMatch(denied);
  const elsewhere = {
    Condition: { StringEquals: { "codestar-connections:FullRepositoryId": "octo/other" } },
  };
  expect(await refusal(create("a", using("codestar-connections:UseConnection", elsewhere)))).toMatch(denied);
  await create("a", using("codestar-connections:UseConnection"));
  const other = arn.replace("codestar-connections", "codeconnections");
  await create("b", { ...using("codeconnections:UseConnection"), Resource: other });
});
