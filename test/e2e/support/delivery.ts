/** One action under test, behind a source whose content the test says; and what its user reads when it fails. */
import {
  type ActionDeclaration,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  type PipelineDeclaration,
} from "@aws-sdk/client-codepipeline";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { vi } from "vitest";
import { run } from "../../cli/millrace.ts";
import { ROLE, source, stage } from "../../codepipeline/support/declarations.ts";
import { zipOf } from "./archive.ts";
import type { Clients } from "./clients.ts";
import { actionsOf } from "./history.ts";

/** A source of an S3 object. */
export function objectSource(bucket: string, key: string): ActionDeclaration {
  return source({
    actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
    configuration: { S3Bucket: bucket, S3ObjectKey: key, PollForSourceChanges: "false" },
  });
}

/** A deployment of artifact `Code` into a bucket. */
export function deployment(bucket: string, configuration: Record<string, string> = {}): ActionDeclaration {
  return {
    name: "Publish",
    actionTypeId: { category: "Deploy", owner: "AWS", provider: "S3", version: "1" },
    configuration: { BucketName: bucket, Extract: "true", ...configuration },
    inputArtifacts: [{ name: "Code" }],
  };
}

export function deliveryOf(
  name: string,
  from: ActionDeclaration,
  ...actions: ActionDeclaration[]
): PipelineDeclaration {
  return {
    name,
    roleArn: ROLE,
    pipelineType: "V2",
    stages: [stage("Source", from), stage("Work", ...actions)],
  };
}

/** One that objects can be taken from as sources. */
/** @param region that it is in, where that isn't the client's */
export async function versionedBucket(
  { s3 }: Pick<Clients, "s3">,
  bucket: string,
  region?: BucketLocationConstraint,
): Promise<void> {
  const place = region && { CreateBucketConfiguration: { LocationConstraint: region } };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
}

/** A bucket with an object `code.zip` in it. @param files by name, or the object's own bytes */
export async function bucketWith(
  { s3 }: Clients,
  bucket: string,
  files: Readonly<Record<string, string>> | Uint8Array,
): Promise<void> {
  await versionedBucket({ s3 }, bucket);
  const body = files instanceof Uint8Array ? files : zipOf(files);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "code.zip", Body: body }));
}

export interface Reading {
  readonly status: string | undefined;
  /** `Code: message` of the action's error in GetPipelineState. */
  readonly error: string;
  /** The same in ListActionExecutions. */
  readonly recorded: string;
  /** What `millrace logs` prints of the action, without the line that names it. */
  readonly log: string;
}

/** Creates the pipeline, waits until its first execution has ended, and reads of an action what its user can read. */
export async function deliver(
  clients: Clients,
  pipeline: PipelineDeclaration,
  action: string,
): Promise<Reading> {
  await clients.codepipeline.send(new CreatePipelineCommand({ pipeline }));
  const name = pipeline.name ?? "";
  const { executionId, status } = await ended(clients, name);
  return { status, ...(await readingOf(clients, name, executionId, action)) };
}

/** Waits until the newest execution has ended. */
export async function ended({ codepipeline }: Clients, pipelineName: string) {
  return vi.waitFor(
    async () => {
      const { pipelineExecutionSummaries: [newest] = [] } = await codepipeline.send(
        new ListPipelineExecutionsCommand({ pipelineName }),
      );
      if (newest === undefined || newest.status === "InProgress")
        throw new Error(`${pipelineName} is in progress`);
      return { executionId: newest.pipelineExecutionId ?? "", status: newest.status };
    },
    { timeout: 30_000, interval: 50 },
  );
}

export async function readingOf(
  { codepipeline, target }: Clients,
  pipelineName: string,
  executionId: string,
  action: string,
): Promise<Omit<Reading, "status">> {
  const { stageStates = [] } = await codepipeline.send(new GetPipelineStateCommand({ name: pipelineName }));
  const state = stageStates
    .flatMap(({ actionStates = [] }) => actionStates)
    .find(({ actionName }) => actionName === action)?.latestExecution;
  const record = (await actionsOf(codepipeline, pipelineName)).find(
    ({ actionName }) => actionName === action,
  );
  const told = record?.output?.executionResult?.errorDetails;
  const { stdout } = await run(["logs", executionId, "--action", action, "--endpoint", target.endpoint], {
    AWS_ACCESS_KEY_ID: target.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: target.credentials.secretAccessKey,
  });
  return {
    error: `${state?.errorDetails?.code}: ${state?.errorDetails?.message}`,
    recorded: `${told?.code}: ${told?.message}`,
    log: stdout.split("\n").slice(1).join("\n"),
  };
}
