/** A server, a poem in a bucket of it, and what one action behind its source makes of that. */
import {
  type ActionDeclaration,
  CodePipelineClient,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Server } from "../../../src/server/index.ts";

/** What examples are told of the server, as all clients of AWS are. */
export function environment({ url, region, credentials }: Server) {
  return {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}

export async function poemAt({ url: endpoint, region, credentials }: Server) {
  const client = new CodePipelineClient({ endpoint, region, credentials });
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "texts" }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: "texts", VersioningConfiguration: { Status: "Enabled" } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: "texts", Key: "poem", Body: "so much depends\nupon\n" }));
  return {
    client,
    /** @param action named Count */
    create: (action: Pick<ActionDeclaration, "actionTypeId" | "configuration">) =>
      client.send(
        new CreatePipelineCommand({
          pipeline: {
            name: "counting",
            roleArn: "arn:aws:iam::000000000000:role/any",
            stages: [
              {
                name: "Source",
                actions: [
                  {
                    name: "Text",
                    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
                    configuration: { S3Bucket: "texts", S3ObjectKey: "poem" },
                    outputArtifacts: [{ name: "Poem" }],
                  },
                ],
              },
              {
                name: "Work",
                actions: [
                  { name: "Count", namespace: "Count", inputArtifacts: [{ name: "Poem" }], ...action },
                ],
              },
            ],
          },
        }),
      ),
    async counted() {
      const { actionExecutionDetails = [] } = await client.send(
        new ListActionExecutionsCommand({ pipelineName: "counting" }),
      );
      return actionExecutionDetails.find(({ actionName }) => actionName === "Count");
    },
    [Symbol.dispose]() {
      client.destroy();
      s3.destroy();
    },
  };
}
