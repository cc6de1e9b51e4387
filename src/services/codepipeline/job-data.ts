/** A job as job workers see it (api.md §15). */
import type { ActionTypeId, Artifact, JobData } from "@aws-sdk/client-codepipeline";
import type { NamedArtifact } from "../../core/engine/index.ts";
import type { KeptJob } from "../../core/jobs/types.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";

export function jobData(job: KeptJob): JobData {
  const { credentials, continuationToken, work } = job;
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
    outputArtifacts: work.outputs.map(artifact),
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
