import { expect, test } from "vitest";
import type { ActionTypeId, Definition, JobWork } from "../../src/core/engine/index.ts";
import { grantsOf, sourceRepositories } from "../../src/core/jobs/grants.ts";

const aws = (category: string, provider: string): ActionTypeId => ({
  category,
  owner: "AWS",
  provider,
  version: "1",
});
const location = (key: string) => ({ region: "us-east-1", bucket: "store", key });

function work(resolvedConfiguration: Record<string, string>, inputs: string[], outputs: string[]): JobWork {
  return {
    resolvedConfiguration,
    inputs: inputs.map((name) => ({ name, ...location(`in/${name}`) })),
    outputs: outputs.map((name) => ({ name, ...location(`out/${name}`) })),
    region: "us-east-1",
    timeoutMinutes: 60,
    actionStartedAt: 0,
  };
}

function definition(format: string): Definition {
  return {
    pipelineName: "p",
    account: "000000000000",
    region: "us-east-1",
    version: 1,
    mode: "SUPERSEDED",
    variables: [],
    stores: {},
    stages: [
      {
        name: "Source",
        actions: [
          {
            name: "fetch",
            runOrder: 1,
            type: aws("Source", "CodeCommit"),
            configuration: { RepositoryName: "app", OutputArtifactFormat: format },
            inputs: [],
            outputs: [{ name: "code" }],
            region: "us-east-1",
            timeoutMinutes: 60,
          },
        ],
      },
    ],
  };
}
const zipped = definition("CODE_ZIP");

test("a job reads its inputs and writes its outputs, and nothing else", () => {
  expect(grantsOf(aws("Build", "CodeBuild"), work({ S3Bucket: "x" }, ["code"], ["app"]), zipped)).toEqual({
    read: [{ bucket: "store", key: "in/code" }],
    write: [{ bucket: "store", key: "out/app" }],
  });
});

test("an S3 source reads its bucket, an S3 deployment writes its own", () => {
  const configuration = { S3Bucket: "from", BucketName: "to" };
  const source = grantsOf(aws("Source", "S3"), work(configuration, [], ["code"]), zipped);
  expect(source).toMatchObject({ readBuckets: ["from"] });
  expect(source).not.toHaveProperty("writeBuckets");
  const deployment = grantsOf(aws("Deploy", "S3"), work(configuration, ["code"], []), zipped);
  expect(deployment).toMatchObject({ writeBuckets: ["to"] });
  expect(deployment).not.toHaveProperty("readBuckets");
});

test("a CodeCommit source may fetch its repository", () => {
  const source = grantsOf(aws("Source", "CodeCommit"), work({ RepositoryName: "app" }, [], ["code"]), zipped);
  expect(source).toMatchObject({ pull: ["app"] });
});

test("P1.6 the consumer of a clone reference may fetch the repository that it refers to", () => {
  const referring = definition("CODEBUILD_CLONE_REF");
  const build = work({}, ["code"], []);
  expect(grantsOf(aws("Build", "CodeBuild"), build, referring)).toMatchObject({ pull: ["app"] });
  expect(grantsOf(aws("Build", "CodeBuild"), build, zipped)).not.toHaveProperty("pull");
});

test("P3.5 a build's own git may fetch the repositories that its inputs came from, in whatever form", () => {
  for (const format of ["CODE_ZIP", "CODEBUILD_CLONE_REF"])
    expect(sourceRepositories(definition(format), work({}, ["code", "other"], []))).toEqual(["app"]);
});

test("a custom type gets its artifacts only, whatever its configuration names", () => {
  const custom = { category: "Source", owner: "Custom", provider: "S3", version: "1" };
  const configuration = { S3Bucket: "from", BucketName: "to", RepositoryName: "app" };
  const opened = grantsOf(custom, work(configuration, ["code"], []), definition("CODEBUILD_CLONE_REF"));
  expect(Object.keys(opened)).toEqual(["read", "write"]);
});
