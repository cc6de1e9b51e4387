/** What each resource type of a template becomes, is updated to, and is refused for. */
import { BatchGetProjectsCommand } from "@aws-sdk/client-codebuild";
import { GetRepositoryCommand } from "@aws-sdk/client-codecommit";
import { GetPipelineCommand, ListActionTypesCommand } from "@aws-sdk/client-codepipeline";
import {
  CreateConnectionCommand,
  ListConnectionsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-codestar-connections";
import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Importing, importing, templateOf } from "./support/importing.ts";

let at: Importing;
beforeAll(async () => {
  at = await importing({ worker: false });
});
afterAll(() => at[Symbol.asyncDispose]());

const pipelineOf = async (name: string) =>
  (await at.clients.codepipeline.send(new GetPipelineCommand({ name }))).pipeline;
const Role = { Type: "AWS::IAM::Role" };
const RoleArn = { "Fn::GetAtt": ["Role", "Arn"] };
const Source = {
  Name: "Source",
  Actions: [
    {
      Name: "Fetch",
      ActionTypeId: { Category: "Source", Owner: "AWS", Provider: "CodeCommit", Version: 1 },
      Configuration: { RepositoryName: "app", BranchName: "main", PollForSourceChanges: false },
      OutputArtifacts: [{ Name: "Code" }],
    },
  ],
};
const approval = {
  Name: "Approve",
  ActionTypeId: { Category: "Approval", Owner: "AWS", Provider: "Manual", Version: "1" },
  TimeoutInMinutes: "60",
};
const pipelineOfStages = (properties: object, ...Stages: object[]) => ({
  Type: "AWS::CodePipeline::Pipeline",
  Properties: { RoleArn, Stages: [Source, ...Stages], ...properties },
});

describe("AWS::CodeBuild::Project", () => {
  const whole = {
    Name: "built",
    ServiceRole: RoleArn,
    Description: "Builds it",
    TimeoutInMinutes: "20",
    Source: { Type: "CODEPIPELINE", BuildSpec: "version: 0.2" },
    Artifacts: { Type: "CODEPIPELINE" },
    Environment: {
      Type: "LINUX_CONTAINER",
      ComputeType: "BUILD_GENERAL1_SMALL",
      Image: "any",
      PrivilegedMode: "true",
      EnvironmentVariables: [{ Name: "PORT", Value: 8080 }],
    },
    Cache: { Type: "LOCAL", Modes: ["LOCAL_SOURCE_CACHE"] },
    LogsConfig: { S3Logs: { Status: "ENABLED", Location: "logs/x" } },
    VpcConfig: { VpcId: "vpc-1", Subnets: ["s-1"], SecurityGroupIds: ["g-1"] },
    Tags: [{ Key: "team", Value: "a" }],
    Triggers: { Webhook: true },
  };
  const template = (properties: object) =>
    templateOf({ Role, Build: { Type: "AWS::CodeBuild::Project", Properties: properties } });
  const project = async () =>
    (await at.clients.codebuild.send(new BatchGetProjectsCommand({ names: ["built"] }))).projects?.[0];

  test("has all its properties in the API's members and types", async () => {
    const said = await at.imports({ "p.json": template(whole) });
    expect(said).toContain("note: p/Build: Triggers: builds are started by pipelines only");
    expect(await project()).toMatchObject({
      description: "Builds it",
      timeoutInMinutes: 20,
      serviceRole: "arn:aws:iam::000000000000:role/p-Role",
      source: { type: "CODEPIPELINE", buildspec: "version: 0.2" },
      environment: { privilegedMode: true, environmentVariables: [{ name: "PORT", value: "8080" }] },
      cache: { type: "LOCAL", modes: ["LOCAL_SOURCE_CACHE"] },
      logsConfig: { s3Logs: { status: "ENABLED", location: "logs/x" } },
      vpcConfig: { vpcId: "vpc-1", subnets: ["s-1"], securityGroupIds: ["g-1"] },
      tags: [{ key: "team", value: "a" }],
    });
    expect(await at.imports({ "p.json": template(whole) })).toContain(
      "0 to create, 0 to update, 1 unchanged, 1 skipped",
    );
  });

  test("loses what the template no longer has, once", async () => {
    const {
      Description: _,
      Cache: _c,
      LogsConfig: _l,
      VpcConfig: _v,
      Tags: _t,
      TimeoutInMinutes: _m,
      ...less
    } = whole;
    expect(await at.imports({ "p.json": template(less) }, { dryRun: true })).toContain(
      "    ~ timeoutInMinutes: 20 → 60",
    );
    await at.imports({ "p.json": template(less) });
    const { cache, timeoutInMinutes, tags, description } = (await project()) ?? {};
    expect([cache, timeoutInMinutes, tags, description]).toEqual([{ type: "NO_CACHE" }, 60, [], ""]);
    expect(await at.imports({ "p.json": template(less) })).toContain(
      "0 to create, 0 to update, 1 unchanged, 1 skipped",
    );
  });

  test.each([
    [
      "a property that CodeBuild doesn't have",
      { ...whole, Colour: "red" },
      "p/Build: there is no Colour here; there are name, source",
    ],
    [
      "a number that is none",
      { ...whole, TimeoutInMinutes: "soon" },
      "p/Build: TimeoutInMinutes: takes a number, got a string",
    ],
    [
      "what CodeBuild refuses",
      { ...whole, TimeoutInMinutes: 1 },
      "p/Build: InvalidInputException: Invalid timeoutInMinutes",
    ],
  ])("is refused for %s", async (_, properties, message) => {
    await expect(at.imports({ "p.json": template(properties) })).rejects.toThrow(message);
  });
});

describe("AWS::CodePipeline::Pipeline", () => {
  test("has conditions, variables, retries and stores by region in the API's members", async () => {
    const rule = {
      Name: "Production",
      RuleTypeId: { Category: "Rule", Owner: "AWS", Provider: "VariableCheck", Version: "1" },
      Configuration: { Variable: "#{variables.Env}", Value: "prod", Operator: "EQ" },
    };
    const store = (Location: unknown) => ({ Type: "S3", Location });
    const bucket = { Type: "AWS::S3::Bucket" };
    await at.imports({ "abroad.json": templateOf({ There: bucket }) }, {}, "eu-west-1");
    const whole = (there: unknown) => ({
      "whole.json": templateOf({
        Role,
        Here: bucket,
        There: bucket,
        Pipeline: pipelineOfStages(
          {
            Name: "whole",
            PipelineType: "V2",
            ExecutionMode: "QUEUED",
            Variables: [{ Name: "Env", DefaultValue: "dev" }],
            ArtifactStores: [
              { Region: "us-east-1", ArtifactStore: store({ Ref: "Here" }) },
              { Region: "eu-west-1", ArtifactStore: store(there) },
            ],
          },
          {
            Name: "Release",
            BeforeEntry: { Conditions: [{ Result: "SKIP", Rules: [rule] }] },
            OnFailure: { Result: "RETRY", RetryConfiguration: { RetryMode: "ALL_ACTIONS" } },
            Actions: [
              approval,
              {
                ...approval,
                Name: "Abroad",
                ActionTypeId: { Category: "Compute", Owner: "AWS", Provider: "Commands", Version: "1" },
                TimeoutInMinutes: 5,
                Commands: ["true"],
                InputArtifacts: [{ Name: "Code" }],
              },
            ],
          },
        ),
      }),
    });
    // A bucket that the same template makes is in this region, whether it is there already or not.
    await expect(at.imports(whole({ Ref: "There" }))).rejects.toThrow(
      "An error occurred while validating the artifact bucket whole-there. The bucket is in region us-east-1",
    );
    await at.imports(whole("abroad-there"));
    expect(await pipelineOf("whole")).toMatchObject({
      executionMode: "QUEUED",
      variables: [{ name: "Env", defaultValue: "dev" }],
      artifactStores: {
        "us-east-1": { type: "S3", location: "whole-here" },
        "eu-west-1": { type: "S3", location: "abroad-there" },
      },
      stages: [
        { actions: [{ actionTypeId: { version: "1" }, configuration: { PollForSourceChanges: "false" } }] },
        {
          beforeEntry: { conditions: [{ result: "SKIP", rules: [{ name: "Production" }] }] },
          onFailure: { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } },
          actions: [{ timeoutInMinutes: 60 }, { commands: ["true"] }],
        },
      ],
    });
  });

  test("keeps secrets that it can't compare, and sends them again when told to", async () => {
    const Type = {
      Type: "AWS::CodePipeline::CustomActionType",
      Properties: {
        Category: "Build",
        Provider: "Keyed",
        Version: "1",
        ConfigurationProperties: [{ Name: "Key", Required: true, Key: false, Secret: true }],
        InputArtifactDetails: { MinimumCount: 0, MaximumCount: 1 },
        OutputArtifactDetails: { MinimumCount: 0, MaximumCount: 1 },
      },
    };
    const build = {
      Name: "Build",
      ActionTypeId: { Category: "Build", Owner: "Custom", Provider: "Keyed", Version: "1" },
      Configuration: { Key: { Ref: "Key" } },
    };
    const template = templateOf(
      { Role, Type, Pipeline: pipelineOfStages({ Name: "keyed" }, { Name: "Build", Actions: [build] }) },
      { Parameters: { Key: { Type: "String", NoEcho: true } } },
    );
    const secretValues = { Key: "hunter22" };
    await at.imports({ "k.json": template }, { secretValues });
    const again = await at.imports({ "k.json": template }, { secretValues, dryRun: true });
    expect(again).toContain("= pipeline keyed (us-east-1)");
    expect(again.join()).toMatch(/its secrets can't be compared/);
    expect(again.join()).not.toContain("hunter22");
    expect(await at.imports({ "k.json": template }, { secretValues, renewsSecrets: true })).toContain(
      "~ pipeline keyed (us-east-1)",
    );
    expect((await pipelineOf("keyed"))?.version).toBe(2);

    const other = {
      ...Type,
      Properties: { ...Type.Properties, Settings: { EntityUrlTemplate: "https://ci.example" } },
    };
    await expect(at.imports({ "t.json": templateOf({ Type: other }) })).rejects.toThrow(
      /^t\/Type: ActionTypeAlreadyExistsException: .*Use another version/,
    );
    const { actionTypes = [] } = await at.clients.codepipeline.send(
      new ListActionTypesCommand({ actionOwnerFilter: "Custom" }),
    );
    expect(actionTypes.map(({ settings }) => settings)).toEqual([{}]);
  });
});

test("AWS::S3::Bucket keeps versions or no longer does; names that can't be are refused", async () => {
  const bucket = (Properties: object) => ({
    "b.json": templateOf({ B: { Type: "AWS::S3::Bucket", Properties } }),
  });
  const status = async () =>
    (await at.clients.s3.send(new GetBucketVersioningCommand({ Bucket: "b-b" }))).Status;
  await at.imports(bucket({ VersioningConfiguration: { Status: "Enabled" } }));
  expect(await status()).toBe("Enabled");
  expect(await at.imports(bucket({}))).toEqual(["0 to create, 0 to update, 1 unchanged, 0 skipped"]);
  expect(await at.imports(bucket({ VersioningConfiguration: { Status: "Suspended" } }))).toContain(
    "~ bucket b-b (us-east-1)",
  );
  expect(await status()).toBe("Suspended");
  await expect(at.imports(bucket({ BucketName: "No_Bucket" }))).rejects.toThrow(
    "b/B: 'No_Bucket' is no bucket name",
  );
});

test("AWS::CodeCommit::Repository has its description and tags from its creation; what isn't done is said", async () => {
  const repository = (RepositoryDescription: string) => ({
    "r.yml": [
      "Resources:",
      "  R:",
      "    Type: AWS::CodeCommit::Repository",
      `    Properties: { RepositoryName: tools, RepositoryDescription: ${RepositoryDescription}, Code: { S3: { Bucket: b, Key: k } } }`,
    ].join("\n"),
  });
  expect(await at.imports(repository("one"))).toContain("note: r/R: Code: push the first commit yourself");
  const { repositoryMetadata } = await at.clients.codecommit.send(
    new GetRepositoryCommand({ repositoryName: "tools" }),
  );
  expect(repositoryMetadata?.repositoryDescription).toBe("one");
  expect(await at.imports(repository("two"), { dryRun: true })).toContain(
    "    note: its description stays as it is: this server can't change it",
  );
});

test("templates of one import see each other's exports", async () => {
  await at.imports(
    {
      "base.yml":
        "Resources: { Role: { Type: AWS::IAM::Role } }\nOutputs: { R: { Value: !GetAtt Role.Arn, Export: { Name: role } } }",
      "app.json": templateOf({
        Pipeline: pipelineOfStages(
          {
            Name: "shared",
            RoleArn: { "Fn::ImportValue": "role" },
          },
          { Name: "Release", Actions: [approval] },
        ),
      }),
    },
    {},
    "us-east-1",
  );
  expect((await pipelineOf("shared"))?.roleArn).toBe("arn:aws:iam::000000000000:role/base-Role");
});

describe("AWS::CodeConnections::Connection and AWS::CodeStarConnections::Connection", () => {
  const Hub = (properties: object = {}, service = "CodeConnections") => ({
    Type: `AWS::${service}::Connection`,
    Properties: { ConnectionName: "hub", ProviderType: "GitHub", ...properties },
  });
  /** Says the ARN. */
  const Said = {
    Type: "AWS::CodeCommit::Repository",
    Properties: { RepositoryName: "said", Tags: [{ Key: "hub", Value: { Ref: "Hub" } }] },
  };
  const template = (hub: object) => ({ "r.json": templateOf({ Hub: hub, Said }) });
  const listed = async (region: string) =>
    (await at.clientsIn(region).connections.send(new ListConnectionsCommand({}))).Connections ?? [];

  test("is made with the ARN that Ref answers, updated in its tags, and said member by member", async () => {
    const region = at.freshRegion();
    const tagged = template(Hub({ Tags: [{ Key: "team", Value: "a" }] }));
    const planned = await at.imports(tagged, { dryRun: true }, region);
    expect(planned).toEqual(
      expect.arrayContaining([
        `+ connection hub (${region})`,
        '    + ProviderType: "GitHub"',
        '    + tags.team: "a"',
      ]),
    );
    expect(await listed(region)).toEqual([]);
    expect(await at.imports(tagged, {}, region)).toContain(`+ connection hub (${region})`);
    const [made] = await listed(region);
    expect(made).toMatchObject({ ConnectionName: "hub", ConnectionStatus: "PENDING" });
    expect(made?.ConnectionArn).toContain(`arn:aws:codeconnections:${region}:`);
    expect(planned.join("\n")).toContain(made?.ConnectionArn);

    expect(await at.imports(tagged, {}, region)).toContain(
      "0 to create, 0 to update, 2 unchanged, 0 skipped",
    );
    const changed = template(Hub({ Tags: [{ Key: "team", Value: "b" }] }));
    expect(await at.imports(changed, { dryRun: true }, region)).toEqual(
      expect.arrayContaining([`~ connection hub (${region})`, '    ~ tags.team: "a" → "b"']),
    );
    await at.imports(changed, {}, region);
    const resource = { ResourceArn: made?.ConnectionArn };
    const { Tags } = await at.clientsIn(region).connections.send(new ListTagsForResourceCommand(resource));
    expect(Tags).toEqual([{ Key: "team", Value: "b" }]);
    await expect(at.imports(template(Hub({ ProviderType: "GitLab" })), {}, region)).rejects.toThrow(
      /^r\/Hub: the connection .* has ProviderType GitHub, not GitLab: that can't be changed/,
    );
  });

  test("the one that is there under its name is adopted; of several none is guessed", async () => {
    const region = at.freshRegion();
    const { connections } = at.clientsIn(region);
    const create = () =>
      connections.send(new CreateConnectionCommand({ ConnectionName: "hub", ProviderType: "GitHub" }));
    const { ConnectionArn = "" } = await create();
    const said = await at.imports(template(Hub({}, "CodeStarConnections")), {}, region);
    expect(said).toContain("1 to create, 0 to update, 1 unchanged, 0 skipped");
    expect(await listed(region)).toHaveLength(1);
    expect((await at.imports(template(Hub()), { dryRun: true }, at.freshRegion())).join()).not.toContain(
      ConnectionArn,
    );
    await create();
    await expect(at.imports(template(Hub()), {}, region)).rejects.toThrow(
      /2 connections are named hub \(.*\): none can be told to be Hub/,
    );
  });

  test.each([
    [
      "no provider",
      { ProviderType: { Ref: "AWS::NoValue" } },
      "A connection needs a ProviderType or a HostArn",
    ],
    ["a provider that needs a host", { ProviderType: "GitLabSelfManaged" }, "needs a HostArn"],
    ["a name of 33 letters", { ConnectionName: "n".repeat(33) }, "length less than or equal to 32"],
  ])("%s is refused before anything is changed", async (_, properties, told) => {
    const region = at.freshRegion();
    await expect(at.imports(template(Hub(properties)), {}, region)).rejects.toThrow(told);
    expect(await listed(region)).toEqual([]);
  });
});
