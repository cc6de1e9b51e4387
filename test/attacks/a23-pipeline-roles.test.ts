/** Where roles have keys, nobody gets builds of another pipeline to run what he likes as their role (A23, P10.5). */
import { CodeBuildClient, CreateProjectCommand, UpdateProjectCommand } from "@aws-sdk/client-codebuild";
import {
  type ActionDeclaration,
  CodePipelineClient,
  CreatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal } from "../codepipeline/support/server.ts";
import {
  bucketWith,
  deliveryOf,
  deployment,
  ended,
  objectSource,
  readingOf,
} from "../e2e/support/delivery.ts";
import { allow, build, type RoleHost, roleArn, roleHost, trusting } from "../e2e/support/role-host.ts";

const CODEPIPELINE = "codepipeline.amazonaws.com";
const VICTIM = "arn:aws:codepipeline:us-east-1:000000000000:victim";

let host: RoleHost;
let mallory: CodePipelineClient;
beforeAll(async () => {
  host = await roleHost({
    settings: {
      "builds.executor": "process",
      "nested.wait": "false",
      [`roles.${roleArn("build")}`]: "millrace",
    },
  });
  await host.role("pipeline", trusting(CODEPIPELINE), allow("codebuild:StartBuild"));
  await host.role("build", trusting("codebuild.amazonaws.com"), allow("*"));
  await host.role("little", trusting(CODEPIPELINE), allow("s3:PutObject", "arn:aws:s3:::open/*"));
  await host.role(
    "entitled",
    trusting(CODEPIPELINE),
    allow("s3:PutObject", "arn:aws:s3:::code/*"),
    allow("codepipeline:StartPipelineExecution", VICTIM),
  );
  await host.project("build", roleArn("build"));
  await host.run("victim", build("build"));
  await bucketWith(host.clients, "mine", {
    "buildspec.yml": "version: 0.2\nphases: { build: { commands: [echo mine] } }\n",
  });
  const statements = [allow("codepipeline:CreatePipeline"), allow("iam:PassRole")];
  mallory = new CodePipelineClient(host.configOf(await host.userWith(statements)));
});
afterAll(async () => {
  mallory.destroy();
  await host[Symbol.asyncDispose]();
});

/** @param roleArn of the pipeline */
async function run(name: string, action: ActionDeclaration, roleArn: string) {
  const pipeline = { ...deliveryOf(name, objectSource("mine", "code.zip"), action), roleArn };
  await mallory.send(new CreatePipelineCommand({ pipeline }));
  const { executionId, status } = await ended(host.clients, name);
  return { status, ...(await readingOf(host.clients, name, executionId, action.name ?? "")) };
}

const overwriting = (bucket = "code") => deployment(bucket, { Extract: "false", ObjectKey: "code.zip" });
const starting: ActionDeclaration = {
  name: "Go",
  actionTypeId: { category: "Invoke", owner: "AWS", provider: "CodePipeline", version: "1" },
  configuration: { PipelineName: "victim" },
};

async function sourceOfVictim() {
  return (await host.clients.s3.send(new GetObjectCommand({ Bucket: "code", Key: "code.zip" }))).VersionId;
}

test.each(["little", "unmade", "build"])(
  "a pipeline whose role is %s neither overwrites the source of another, nor starts it",
  async (role) => {
    const before = [await sourceOfVictim(), (await ended(host.clients, "victim")).executionId];
    expect(await run(`overwrite-${role}`, overwriting(), roleArn(role))).toMatchObject({
      status: "Failed",
      error:
        "PermissionError: Unable to access the S3 bucket code. The provided role does not have sufficient permissions.",
    });
    expect(await run(`start-${role}`, starting, roleArn(role))).toMatchObject({
      status: "Failed",
      error: expect.stringMatching(
        /^PermissionError: Pipeline victim is started by the pipeline's role, and .*\S+role\/(little|unmade|build)/,
      ),
    });
    expect([await sourceOfVictim(), (await ended(host.clients, "victim")).executionId]).toEqual(before);
  },
);

test("nobody gives a project or a rule a role that he may not pass", async () => {
  const passing = (Service: string) => ({
    ...allow("iam:PassRole", roleArn("little")),
    Condition: { StringEquals: { "iam:PassedToService": Service } },
  });
  const user = await host.userWith([
    allow(["codebuild:*", "codepipeline:*"]),
    passing("codebuild.amazonaws.com"),
    passing(CODEPIPELINE),
  ]);
  const codebuild = new CodeBuildClient(host.configOf(user));
  const denied = new RegExp(`^AccessDenied.*iam:PassRole on resource: ${roleArn("build")} `);
  const project = (name: string, role: string) =>
    codebuild.send(
      new CreateProjectCommand({
        name,
        serviceRole: roleArn(role),
        source: { type: "CODEPIPELINE" },
        artifacts: { type: "CODEPIPELINE" },
        environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
      }),
    );
  expect(await refusal(project("rich", "build"))).toMatch(denied);
  await project("poor", "little");
  const richer = new UpdateProjectCommand({ name: "poor", serviceRole: roleArn("build") });
  expect(await refusal(codebuild.send(richer))).toMatch(denied);

  const rule = {
    name: "Check",
    ruleTypeId: { category: "Rule" as const, owner: "AWS" as const, provider: "Commands", version: "1" },
    commands: ["true"],
    roleArn: roleArn("build"),
  };
  const { stages = [], ...pipeline } = deliveryOf(
    "ruled",
    objectSource("mine", "code.zip"),
    overwriting("open"),
  );
  const ruled = stages.map((stage, at) =>
    at === 0
      ? stage
      : { ...stage, beforeEntry: { conditions: [{ result: "FAIL" as const, rules: [rule] }] } },
  );
  const codepipeline = new CodePipelineClient(host.configOf(user));
  const declaration = { ...pipeline, roleArn: roleArn("little"), stages: ruled };
  expect(await refusal(codepipeline.send(new CreatePipelineCommand({ pipeline: declaration })))).toMatch(
    denied,
  );
});

test("what its role may, a pipeline does", async () => {
  expect(await run("deploy-little", overwriting("open"), roleArn("little"))).toMatchObject({
    status: "Succeeded",
  });
  const before = (await ended(host.clients, "victim")).executionId;
  expect(await run("start-entitled", starting, roleArn("entitled"))).toMatchObject({ status: "Succeeded" });
  expect((await ended(host.clients, "victim")).executionId).not.toBe(before);
  expect(await run("overwrite-entitled", overwriting(), roleArn("entitled"))).toMatchObject({
    status: "Succeeded",
  });
});
