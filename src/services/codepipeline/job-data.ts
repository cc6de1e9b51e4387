/** A job as job workers see it (api.md §15). */
import type { ActionTypeId, Artifact, JobData } from "@aws-sdk/client-codepipeline";
import type { NamedArtifact } from "../../core/engine/index.ts";
import type { KeptJob } from "../../core/jobs/types.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";

export function jobData(job: KeptJob): JobData {
  const { credentials, continuationToken, work } = job;
  const bound = work.sourceRevision?.revisionId;
  return {
    actionTypeId: job.type as ActionTypeId,
    actionConfiguration: { configuration: { ...job.configuration } },
    pipelineContext: {
      pipelineName: job.pipelineName,
      stage: { name: job.stage },
      action: { name: job.action, actionExecutionId: job.actionExecutionId },
      pipelineArn: pipelineArn(job.scope, job.pipelineName),
      pipelineExecutionId: job.executionId,
    },
    inputArtifacts: work.inputs.map((input) => ({
      ...artifact(input),
      ...(input.revision !== undefined && { revision: input.revision }),
    })),
    // A source's worker finds there which revision to deliver (§13.2); others find none (§15).
    outputArtifacts: work.outputs.map((output) => ({
      ...artifact(output),
      ...(bound !== undefined && { revision: bound }),
    })),
    ...(credentials && {
      artifactCredentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
      },
    }),
    ...(continuationToken !== undefined && { continuationToken }),
    ...(work.encryptionKey && { encryptionKey: { id: work.encryptionKey.id, type: "KMS" } }),
  };
}

function artifact({ name, bucket, key }: NamedArtifact): Artifact {
  return { name, location: { type: "S3", s3Location: { bucketName: bucket, objectKey: key } } };
}
