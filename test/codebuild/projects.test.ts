import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  type CreateProjectInput,
  DeleteProjectCommand,
  ListBuildsForProjectCommand,
  ListProjectsCommand,
  UpdateProjectCommand,
} from "@aws-sdk/client-codebuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "../codepipeline/support/server.ts";
import { type TestServer, testServer } from "../support/server.ts";

const role = "arn:aws:iam::000000000000:role/build";
const arn = (name: string, account = "000000000000", region = "us-east-1") =>
  `arn:aws:codebuild:${region}:${account}:project/${name}`;

/** Every member of the model, with a value of its own. */
const EVERYTHING = {
  name: "everything",
  description: "All of it",
  source: {
    type: "CODEPIPELINE",
    location: "somewhere",
    buildspec: "ci/buildspec.yml",
    gitCloneDepth: 3,
    gitSubmodulesConfig: { fetchSubmodules: true },
    auth: { type: "CODECONNECTIONS", resource: "connection" },
    reportBuildStatus: true,
    buildStatusConfig: { context: "ci", targetUrl: "https://ci.example" },
    insecureSsl: true,
    sourceIdentifier: "main",
  },
  secondarySources: [{ type: "S3", location: "bucket/key", sourceIdentifier: "second" }],
  sourceVersion: "v1",
  secondarySourceVersions: [{ sourceIdentifier: "second", sourceVersion: "v2" }],
  artifacts: {
    type: "CODEPIPELINE",
    location: "bucket",
    path: "folder",
    namespaceType: "BUILD_ID",
    name: "app.zip",
    packaging: "ZIP",
    overrideArtifactName: true,
    encryptionDisabled: true,
    artifactIdentifier: "first",
    bucketOwnerAccess: "FULL",
  },
  secondaryArtifacts: [{ type: "CODEPIPELINE", artifactIdentifier: "reports" }],
  cache: { type: "LOCAL", location: "here", modes: ["LOCAL_SOURCE_CACHE"], cacheNamespace: "shared" },
  environment: {
    type: "LINUX_CONTAINER",
    image: "aws/codebuild/standard:7.0",
    computeType: "BUILD_GENERAL1_SMALL",
    computeConfiguration: { vCpu: 2, memory: 4, disk: 10, machineType: "GENERAL" },
    fleet: { fleetArn: "arn:aws:codebuild:us-east-1:000000000000:fleet/f" },
    environmentVariables: [{ name: "STAGE", value: "prod", type: "PLAINTEXT" }],
    privilegedMode: true,
    certificate: "bucket/cert.pem",
    registryCredential: { credential: "secret", credentialProvider: "SECRETS_MANAGER" },
    imagePullCredentialsType: "SERVICE_ROLE",
    dockerServer: { computeType: "BUILD_GENERAL1_SMALL", securityGroupIds: ["sg-1"] },
  },
  serviceRole: role,
  timeoutInMinutes: 7,
  queuedTimeoutInMinutes: 8,
  encryptionKey: "alias/mine",
  tags: [{ key: "team", value: "blue" }],
  vpcConfig: { vpcId: "vpc-1", subnets: ["subnet-1"], securityGroupIds: ["sg-2"] },
  logsConfig: {
    cloudWatchLogs: { status: "ENABLED", groupName: "group", streamName: "stream" },
    s3Logs: { status: "DISABLED", location: "logs", encryptionDisabled: true, bucketOwnerAccess: "NONE" },
  },
  fileSystemLocations: [
    { type: "EFS", location: "fs", mountPoint: "/mnt", identifier: "data", mountOptions: "ro" },
  ],
  buildBatchConfig: {
    serviceRole: role,
    combineArtifacts: true,
    restrictions: { maximumBuildsAllowed: 2, computeTypesAllowed: ["BUILD_GENERAL1_SMALL"] },
    timeoutInMins: 9,
    batchReportMode: "REPORT_AGGREGATED_BATCH",
  },
  concurrentBuildLimit: 4,
  autoRetryLimit: 1,
} satisfies CreateProjectInput;

const SMALLEST = {
  source: { type: "NO_SOURCE", buildspec: "version: 0.2\n" },
  artifacts: { type: "NO_ARTIFACTS" },
  environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
  serviceRole: role,
} satisfies Omit<CreateProjectInput, "name">;

let fixture: TestServer;
let client: CodeBuildClient;
beforeAll(async () => {
  fixture = await testServer({ worker: false });
  client = new CodeBuildClient(fixture.config);
});
afterAll(async () => {
  client.destroy();
  await fixture[Symbol.asyncDispose]();
});

const create = (changes: Partial<CreateProjectInput> & { name: string }) =>
  client.send(new CreateProjectCommand({ ...SMALLEST, ...changes }));
const get = (...names: string[]) => client.send(new BatchGetProjectsCommand({ names }));

describe("CreateProject, UpdateProject, BatchGetProjects (providers.md P2.1 to P2.3)", () => {
  it("P2.2 stores every member of the model and reads it back", async () => {
    const { project } = await create({ ...EVERYTHING, badgeEnabled: true });
    const times = { created: expect.any(Date), lastModified: expect.any(Date) };
    const badge = { badgeEnabled: true };
    expect(project).toEqual({ ...EVERYTHING, arn: arn("everything"), badge, ...times });
    expect((await get("everything")).projects).toEqual([project]);
    expect((await get(arn("everything"))).projects).toEqual([project]);
  });

  it("P2.1 keeps the members that an update leaves out", async () => {
    const before = (await create({ ...EVERYTHING, name: "updated" })).project;
    const { project } = await client.send(
      new UpdateProjectCommand({ name: "updated", timeoutInMinutes: 60, badgeEnabled: true }),
    );
    const changed = { timeoutInMinutes: 60, badge: { badgeEnabled: true }, lastModified: expect.any(Date) };
    expect(project).toEqual({ ...before, ...changed });
    expect(project!.lastModified!.getTime()).toBeGreaterThanOrEqual(before!.lastModified!.getTime());
  });

  it("P2.3 fills in the defaults", async () => {
    const { project } = await create({ name: "smallest" });
    expect(project).toEqual({
      ...SMALLEST,
      name: "smallest",
      arn: arn("smallest"),
      created: expect.any(Date),
      lastModified: expect.any(Date),
      timeoutInMinutes: 60,
      queuedTimeoutInMinutes: 480,
      badge: { badgeEnabled: false },
      cache: { type: "NO_CACHE" },
      encryptionKey: "arn:aws:kms:us-east-1:000000000000:alias/aws/s3",
    });
  });

  it("P2.3 names artifacts that have a place after the project", async () => {
    const source = { type: "CODEPIPELINE" } as const;
    const { project } = await create({ name: "placed", source, artifacts: { type: "CODEPIPELINE" } });
    expect(project?.artifacts).toEqual({ type: "CODEPIPELINE", name: "placed", packaging: "NONE" });
  });

  it.each<[string, Partial<CreateProjectInput>, string]>([
    ["a name of one character", { name: "a" }, "Invalid project name: 'a'"],
    ["a name with a space", { name: "a b" }, "Invalid project name: 'a b'"],
    [
      "artifacts of a pipeline with another source",
      { artifacts: { type: "CODEPIPELINE" } },
      "Invalid artifacts: artifact type CODEPIPELINE should be used with source type CODEPIPELINE",
    ],
    [
      "a source of a pipeline with other artifacts",
      { source: { type: "CODEPIPELINE" } },
      "Invalid artifacts: artifact type CODEPIPELINE should be used with source type CODEPIPELINE",
    ],
    ["a short time", { timeoutInMinutes: 4 }, "Invalid timeoutInMinutes: 4"],
    ["a long wait", { queuedTimeoutInMinutes: 481 }, "Invalid queuedTimeoutInMinutes: 481"],
    [
      "no build at once",
      { concurrentBuildLimit: 0 },
      "Invalid concurrentBuildLimit: 0. Give a number from 1",
    ],
    ["no buildspec without a source", { source: { type: "NO_SOURCE" } }, "Invalid project source"],
    [
      "more than 12 secondary sources",
      {
        secondarySources: Array.from({ length: 13 }, (_, i) => ({
          type: "S3" as const,
          location: "bucket/key",
          sourceIdentifier: `s${i}`,
        })),
      },
      "Invalid secondarySources: 13 given. Give up to 12",
    ],
  ])("P2.2 refuses %s", async (_, changes, text) => {
    const answer = await refusal(create({ name: "wrong", ...changes }));
    expect(answer.startsWith(`InvalidInputException: ${text}`), answer).toBe(true);
    expect((await get("wrong")).projectsNotFound).toEqual(["wrong"]);
  });

  it("P2.1 refuses a name in use and an update of nothing", async () => {
    await create({ name: "taken" });
    expect(await refusal(create({ name: "taken" }))).toBe(
      `ResourceAlreadyExistsException: Project already exists: ${arn("taken")}`,
    );
    expect(await refusal(client.send(new UpdateProjectCommand({ name: "nobody" })))).toBe(
      `ResourceNotFoundException: Project cannot be found: ${arn("nobody")}`,
    );
  });

  it("P2.1 answers what isn't there as not found, other accounts' and regions' projects too", async () => {
    await create({ name: "mine" });
    const elsewhere = [arn("mine", "111111111111"), arn("mine", "000000000000", "eu-west-1"), "nobody"];
    expect((await get("mine", ...elsewhere)).projectsNotFound).toEqual(elsewhere);
    const ids = ["mine:00000000-0000-4000-8000-000000000000", "nobody:1"];
    const { builds, buildsNotFound } = await client.send(new BatchGetBuildsCommand({ ids }));
    expect([builds, buildsNotFound]).toEqual([[], ids]);
  });

  it("P2.1 takes 1 to 100 names or ids", async () => {
    expect(await refusal(get())).toBe("InvalidInputException: Invalid names: 0 given. Give 1 to 100");
    expect(await refusal(client.send(new BatchGetBuildsCommand({ ids: [] })))).toBe(
      "InvalidInputException: Invalid ids: 0 given. Give 1 to 100",
    );
    expect(await refusal(get(...Array<string>(101).fill("x")))).toBe(
      "InvalidInputException: Invalid names: 101 given. Give 1 to 100",
    );
  });

  it("P2.4 deletes what isn't there, too", async () => {
    await create({ name: "gone" });
    for (const name of ["gone", "gone"]) await client.send(new DeleteProjectCommand({ name }));
    expect((await get("gone")).projectsNotFound).toEqual(["gone"]);
  });
});

describe("ListProjects, ListBuildsForProject (providers.md P2.1)", () => {
  it("lists names of the region in order", async () => {
    const elsewhere = new CodeBuildClient({ ...fixture.config, region: "eu-west-3" });
    for (const name of ["bb", "aa", "cc"]) {
      await elsewhere.send(new CreateProjectCommand({ ...SMALLEST, name }));
    }
    expect((await elsewhere.send(new ListProjectsCommand({}))).projects).toEqual(["aa", "bb", "cc"]);
    const created = { sortBy: "CREATED_TIME", sortOrder: "DESCENDING" } as const;
    expect((await elsewhere.send(new ListProjectsCommand(created))).projects).toEqual(["cc", "aa", "bb"]);
    elsewhere.destroy();
  });

  it("knows no builds of a project that never built, and no project that isn't there", async () => {
    await create({ name: "idle" });
    expect((await client.send(new ListBuildsForProjectCommand({ projectName: "idle" }))).ids).toEqual([]);
    expect(await refusal(client.send(new ListBuildsForProjectCommand({ projectName: "nobody" })))).toBe(
      `ResourceNotFoundException: Project cannot be found: ${arn("nobody")}`,
    );
  });
});
