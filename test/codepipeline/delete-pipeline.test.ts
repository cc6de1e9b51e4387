import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  GetPipelineCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  ListTagsForResourceCommand,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pipeline, stage } from "./support/declarations.ts";
import { type Fixture, refusal, startServer } from "./support/server.ts";
import { build, createWorked, fail, ORIGIN, start, succeed, take, worked } from "./support/workers.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const remove = (name: string) => fixture.client.send(new DeletePipelineCommand({ name }));

describe("DeletePipeline (api.md §10)", () => {
  it("removes pipeline, versions, tags and history; deleting again succeeds", async () => {
    const { client } = fixture;
    const tags = [{ key: "a", value: "1" }];
    await client.send(new CreatePipelineCommand({ pipeline: pipeline(), tags }));
    const executionId = await start(client);
    await remove("app");
    expect(await refusal(client.send(new GetPipelineCommand({ name: "app" })))).toMatch(
      /^PipelineNotFoundException/,
    );
    await remove("app");

    await client.send(new CreatePipelineCommand({ pipeline: pipeline() }));
    const { pipelineExecutionSummaries } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: "app" }),
    );
    expect(pipelineExecutionSummaries).toHaveLength(1);
    expect(
      await refusal(
        client.send(
          new GetPipelineExecutionCommand({ pipelineName: "app", pipelineExecutionId: executionId }),
        ),
      ),
    ).toBe(
      `PipelineExecutionNotFoundException: Account '000000000000' does not have an execution with id '${executionId}' for pipeline 'app'`,
    );
    const resourceArn = "arn:aws:codepipeline:us-east-1:000000000000:app";
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([]);
  });

  it("E11.7 answers the result of a job that was under way, which changes nothing", async () => {
    const { client } = fixture;
    await createWorked(client, worked([stage("Build", build())], { name: "busy" }));
    const job = await take(client, ORIGIN);
    await remove("busy");
    await succeed(client, job);
    expect(await refusal(client.send(new StartPipelineExecutionCommand({ name: "busy" })))).toMatch(
      /^PipelineNotFoundException/,
    );
  });

  it("leaves artifacts in the store; late failures are answered, too (E11.7)", async () => {
    const client = fixture.freshClient();
    await createWorked(client, worked([stage("Build", build())], { name: "left" }));
    const job = await take(client, ORIGIN);
    const { bucketName: Bucket, objectKey: Key } = job.data!.outputArtifacts![0]!.location!.s3Location!;
    const { accessKeyId = "", secretAccessKey = "", sessionToken = "" } = job.data!.artifactCredentials!;
    const s3Of = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
      new S3Client({ endpoint: fixture.server.url, region: "us-east-1", credentials, forcePathStyle: true });
    await s3Of({ accessKeyId, secretAccessKey, sessionToken }).send(
      new PutObjectCommand({ Bucket, Key, Body: "code" }),
    );
    await client.send(new DeletePipelineCommand({ name: "left" }));
    await fail(client, job);
    const { Body } = await s3Of(fixture.server.credentials).send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe("code");
  });

  it("§1.2 answers an empty body", async () => {
    const { client } = fixture;
    let length: string | undefined;
    client.middlewareStack.add(
      (next) => async (args) => {
        const output = await next(args);
        length = (output.response as { headers: Record<string, string> }).headers["content-length"];
        return output;
      },
      { step: "deserialize", name: "length", override: true },
    );
    await remove("nobody");
    client.middlewareStack.remove("length");
    expect(length).toBe("0");
  });
});
