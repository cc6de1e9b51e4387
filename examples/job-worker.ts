/**
 * A job worker for a custom action type, with the official SDK: it takes the jobs of `Custom/Test/WordCount/1`, reads
 * the first input artifact, and gives the number of its words back as an output variable. It runs unchanged against AWS.
 * The environment says where and as whom: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
 *
 *   aws codepipeline create-custom-action-type --category Test --provider WordCount --action-version 1 \
 *     --input-artifact-details minimumCount=1,maximumCount=1 \
 *     --output-artifact-details minimumCount=0,maximumCount=0
 *   npx node examples/job-worker.ts
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  AcknowledgeJobCommand,
  ActionTypeNotFoundException,
  CodePipelineClient,
  type Job,
  PollForJobsCommand,
  PutJobFailureResultCommand,
  PutJobSuccessResultCommand,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

const actionTypeId = { category: "Test", owner: "Custom", provider: "WordCount", version: "1" } as const;
const client = new CodePipelineClient({});
let stopping = false;
process.on("SIGTERM", () => {
  stopping = true;
});

while (!stopping) {
  const poll = client.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: 1 }));
  const { jobs = [] } = await poll.catch(tellWhatToDo);
  for (const job of jobs) await take(job);
  if (jobs.length === 0) await sleep(250);
}

function tellWhatToDo(error: unknown): never {
  if (!(error instanceof ActionTypeNotFoundException)) throw error;
  console.error("Custom/Test/WordCount/1 isn't there: make it by the command at the head of this file.");
  process.exit(1);
}

async function take({ id: jobId, nonce, data }: Job): Promise<void> {
  const { status } = await client.send(new AcknowledgeJobCommand({ jobId, nonce }));
  if (status !== "InProgress") return; // Somebody else has it, or it ended meanwhile.
  try {
    const words = await countWords(data);
    await client.send(
      new PutJobSuccessResultCommand({
        jobId,
        executionDetails: { summary: `${words} words`, percentComplete: 100 },
        outputVariables: { Words: String(words) },
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
async function countWords(data: Job["data"]): Promise<number> {
  const location = data?.inputArtifacts?.[0]?.location?.s3Location;
  const keys = data?.artifactCredentials;
  if (!location || !keys?.accessKeyId || !keys.secretAccessKey)
    throw new Error("the job has no input artifact");
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const s3 = new S3Client({
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    forcePathStyle: true,
  });
  const { Body } = await s3.send(
    new GetObjectCommand({ Bucket: location.bucketName, Key: location.objectKey }),
  );
  const text = (await Body?.transformToString()) ?? "";
  return text.split(/\s+/).filter(Boolean).length;
}
