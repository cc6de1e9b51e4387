import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodeCommitClient, CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CodePipelineClient, CreatePipelineCommand, GetPipelineCommand } from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import example from "../../examples/pipeline.json" with { type: "json" };
import { testServer } from "../support/server.ts";

test("the guide's first pipeline is taken as it stands", async () => {
  await using running = await testServer({ worker: false });
  const { config } = running;
  await new CodeCommitClient(config).send(new CreateRepositoryCommand({ repositoryName: "web" }));
  await new S3Client({ ...config, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: "site" }));
  await new CodeBuildClient(config).send(
    new CreateProjectCommand({
      name: "web",
      serviceRole: "arn:aws:iam::000000000000:role/any",
      source: { type: "CODEPIPELINE" },
      artifacts: { type: "CODEPIPELINE" },
      environment: { type: "LINUX_CONTAINER", image: "any", computeType: "BUILD_GENERAL1_SMALL" },
    }),
  );
  const client = new CodePipelineClient(config);
  await client.send(new CreatePipelineCommand(example as never));
  const { pipeline } = await client.send(new GetPipelineCommand({ name: "web" }));
  expect(pipeline?.stages?.map(({ name }) => name)).toEqual(example.pipeline.stages.map(({ name }) => name));
});
