/**
 * A function for Invoke/Lambda actions, and an HTTP server that runs it in Lambda's place. It counts the lines of the
 * first input artifact, and gives their number back as an output variable. `handler` runs unchanged on AWS Lambda.
 * The environment says where and as whom it reports: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY; and PORT where it listens, 9000 unless set.
 *
 *   npx node examples/function.ts
 *   npx millrace start --set functions.count-lines=http://127.0.0.1:9000
 */
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import {
  CodePipelineClient,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** As CodePipeline sends it, as far as it is used here. */
interface Event {
  readonly "CodePipeline.job": {
    readonly id: string;
    readonly data: {
      readonly inputArtifacts: readonly {
        readonly location: {
          readonly s3Location: { readonly bucketName: string; readonly objectKey: string };
        };
      }[];
      readonly artifactCredentials: {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string;
      };
    };
  };
}

const client = new CodePipelineClient({});

/** The action goes on until one of the two is called, whatever a function returns. */
export async function handler({ "CodePipeline.job": { id: jobId, data } }: Event): Promise<void> {
  try {
    const lines = await countLines(data);
    await client.send(
      new PutJobSuccessResultCommand({
        jobId,
        executionDetails: { summary: `${lines} lines`, percentComplete: 100 },
        outputVariables: { Lines: String(lines) },
      }),
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    await client.send(
      new PutJobFailureResultCommand({ jobId, failureDetails: { type: "JobFailed", message } }),
    );
  }
}

/** Reads the artifact with the job's own temporary credentials: they open this job's artifacts and nothing else. */
async function countLines(data: Event["CodePipeline.job"]["data"]): Promise<number> {
  const [input] = data.inputArtifacts;
  if (input === undefined) throw new Error("the action has no input artifact");
  const { bucketName: Bucket, objectKey: Key } = input.location.s3Location;
  const { accessKeyId, secretAccessKey, sessionToken } = data.artifactCredentials;
  const s3 = new S3Client({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    forcePathStyle: true,
  });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? "";
  return text.split("\n").filter(Boolean).length;
}

/** Answers as Lambda does: the event is taken, and the function runs by itself. */
const server = createServer(async (request, response) => {
  const event = await json(request).catch(() => undefined);
  response.writeHead(event === undefined ? 400 : 202).end();
  if (event !== undefined) await handler(event as Event).catch((error) => console.error(error));
});
server.listen(Number(process.env.PORT ?? 9000), "127.0.0.1", () => console.log("listening"));
