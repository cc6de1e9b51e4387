/** A declaration with all that one can say in it, through create, read and update (api.md §4, §10). */
import {
  CreatePipelineCommand,
  GetPipelineCommand,
  type PipelineDeclaration,
  type RuleDeclaration,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { approval, codeBuild, ROLE, source, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
  const { url: endpoint, region, credentials } = fixture.server;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
  await s3.send(new CreateBucketCommand({ Bucket: "here" }));
  await s3.send(new CreateBucketCommand({ Bucket: "there", CreateBucketConfiguration }));
  s3.destroy();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const NORMAL = { runOrder: 1, configuration: {}, inputArtifacts: [], outputArtifacts: [] };

const inZone: RuleDeclaration = {
  name: "InZone",
  ruleTypeId: { category: "Rule", owner: "AWS", provider: "VariableCheck", version: "1" },
  configuration: { Operator: "EQ", Value: "a", Variable: "#{variables.Zone}" },
  timeoutInMinutes: 30,
};

/** As it comes back: every default is spelt out. */
const EVERYTHING: PipelineDeclaration = {
  name: "everything",
  roleArn: ROLE,
  version: 1,
  pipelineType: "V2",
  executionMode: "QUEUED",
  artifactStores: {
    "us-east-1": {
      type: "S3",
      location: "here",
      encryptionKey: { id: "arn:aws:kms:us-east-1:000000000000:key/k", type: "KMS" },
    },
    "eu-west-1": { type: "S3", location: "there" },
  },
  variables: [
    { name: "Zone", defaultValue: "a", description: "where" },
    { name: "Area", description: "" },
    { name: "Bare" },
  ],
  stages: [
    stage("Source", { ...NORMAL, ...source({ namespace: "src", roleArn: ROLE }) }),
    stage(
      "Build",
      {
        ...NORMAL,
        ...codeBuild({
          region: "eu-west-1",
          runOrder: 2,
          timeoutInMinutes: 30,
          configuration: {
            EnvironmentVariables: '[{"name":"ZONE","value":"#{variables.Zone}"}]',
            PrimarySource: "Code",
            ProjectName: "app",
          },
          outputArtifacts: [{ name: "App" }],
        }),
      },
      {
        ...NORMAL,
        name: "Run",
        actionTypeId: { category: "Compute", owner: "AWS", provider: "Commands", version: "1" },
        runOrder: 3,
        namespace: "ran",
        commands: ["make", "echo #{src.CommitId}"],
        environmentVariables: [
          { name: "MODE", value: "fast" },
          { name: "KEY", value: "team/key", type: "SECRETS_MANAGER" },
          { name: "PLAIN", value: "x", type: "PLAINTEXT" },
        ],
        inputArtifacts: [{ name: "App" }],
        outputArtifacts: [{ name: "Report", files: ["out/**", "log.txt"] }],
        outputVariables: ["MODE"],
      },
    ),
    {
      ...stage("Release", {
        ...NORMAL,
        ...approval({
          timeoutInMinutes: 60,
          configuration: {
            CustomData: "Ship #{ran.MODE}?",
            ExternalEntityLink: "https://ci.example/",
            IsSummaryRequired: "true",
            NotificationArn: "arn:aws:sns:us-east-1:000000000000:ship",
          },
        }),
      }),
      beforeEntry: { conditions: [{ result: "SKIP", rules: [inZone] }] },
      onSuccess: { conditions: [{ result: "ROLLBACK", rules: [inZone] }] },
      onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } },
    },
  ],
};

test("§4: every member is kept as it is, and goes through UpdatePipeline unchanged", async () => {
  const { client } = fixture;
  const { version: _, ...given } = EVERYTHING;
  const created = await client.send(new CreatePipelineCommand({ pipeline: given }));
  expect(created.pipeline).toEqual(EVERYTHING);
  const { pipeline } = await client.send(new GetPipelineCommand({ name: "everything" }));
  expect(pipeline).toEqual(EVERYTHING);
  const updated = await client.send(new UpdatePipelineCommand({ pipeline }));
  expect(updated.pipeline).toEqual({ ...EVERYTHING, version: 2 });
});

test("§10: what an update leaves out is gone, but the type", async () => {
  const { client } = fixture;
  const { variables: _v, executionMode: _m, pipelineType: _t, artifactStores: _s, ...rest } = EVERYTHING;
  const stages = [stage("Source", source()), stage("Release", approval())];
  const { pipeline } = await client.send(new UpdatePipelineCommand({ pipeline: { ...rest, stages } }));
  expect(pipeline).toEqual({
    name: "everything",
    roleArn: ROLE,
    version: 3,
    pipelineType: "V2",
    executionMode: "SUPERSEDED",
    stages: [stage("Source", { ...NORMAL, ...source() }), stage("Release", { ...NORMAL, ...approval() })],
  });
  const { pipeline: before } = await client.send(new GetPipelineCommand({ name: "everything", version: 2 }));
  expect(before).toEqual({ ...EVERYTHING, version: 2 });
});

test("§4.1: an update may change the type either way, as far as the rest fits", async () => {
  const { client } = fixture;
  const { version: _, ...given } = EVERYTHING;
  const name = "typed";
  const plain = { name, roleArn: ROLE, stages: [stage("Source", source()), stage("Release", approval())] };
  const update = async (changes: Partial<PipelineDeclaration>) =>
    (await client.send(new UpdatePipelineCommand({ pipeline: { ...plain, ...changes } }))).pipeline;
  await client.send(new CreatePipelineCommand({ pipeline: { ...given, name } }));
  expect((await update({ pipelineType: "V1" }))?.pipelineType).toBe("V1");
  expect((await update({}))?.pipelineType).toBe("V1");
  expect(await refusal(update({ pipelineType: "V1", variables: [{ name: "A" }] }))).toBe(
    "InvalidStructureException: Pipeline variable can only be used with V2 pipelines",
  );
  expect((await update({ executionMode: "PARALLEL" }))?.pipelineType).toBe("V2");
  expect((await update({ pipelineType: "V1" }))?.pipelineType).toBe("V1");
  expect((await update({ pipelineType: "V2" }))?.pipelineType).toBe("V2");
});
