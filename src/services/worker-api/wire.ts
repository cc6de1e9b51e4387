/**
 * The job as our own target hands it to workers of built-in types (P0.3, P0.5), in the members of the worker's
 * protocol; server/embedded-worker.ts checks that the two agree.
 */

import type { TemporaryCredentials } from "../../core/access/types.ts";
import type { KeptJob } from "../../core/jobs/types.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";

/**
 * @param publicUrl where the worker finds the artifact store, the repositories and the console
 * @param settings of the operator, for this job
 * @param rolesCount whether roles are asked what their jobs may do
 */
export function toWire(
  job: KeptJob,
  publicUrl: string,
  { settings, rolesCount }: { settings: Readonly<Record<string, string>>; rolesCount: boolean },
) {
  const { work, nonce = "" } = job;
  return {
    id: job.id,
    nonce,
    accountId: job.scope.account,
    actionTypeId: job.type,
    configuration: job.configuration,
    inputArtifacts: work.inputs.map(({ name, bucket, key, revision }) => ({
      name,
      bucket,
      key,
      ...(revision !== undefined && { revision }),
    })),
    outputArtifacts: work.outputs.map(({ name, bucket, key, files }) => ({
      name,
      bucket,
      key,
      ...(files !== undefined && { files }),
    })),
    artifactCredentials: credentialsOf(job),
    ...(job.continuationToken !== undefined && { continuationToken: job.continuationToken }),
    ...(work.encryptionKey !== undefined && { encryptionKey: work.encryptionKey }),
    pipeline: {
      pipelineName: job.pipelineName,
      pipelineArn: pipelineArn(job.scope, job.pipelineName),
      executionId: job.executionId,
      stage: job.stage,
      action: job.action,
      actionExecutionId: job.actionExecutionId,
    },
    ...(work.commands !== undefined && { commands: work.commands }),
    ...(work.environmentVariables !== undefined && { environmentVariables: work.environmentVariables }),
    ...(work.outputVariables !== undefined && { outputVariables: work.outputVariables }),
    ...(work.sourceRevision !== undefined && { sourceRevision: work.sourceRevision }),
    ...(work.condition !== undefined && { condition: work.condition }),
    region: work.region,
    ...(work.roleArn !== undefined && { roleArn: work.roleArn }),
    ...(rolesCount && { rolesCount }),
    timeoutMinutes: work.timeoutMinutes,
    actionStartedAt: work.actionStartedAt,
    delivery: job.losses + 1,
    artifactEndpoint: publicUrl,
    publicUrl,
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}

/** The job's artifact credentials, which every open job has. */
function credentialsOf({ id, credentials }: KeptJob) {
  if (credentials === undefined) throw new Error(`job ${id} was handed out without credentials`);
  return keysOf(credentials);
}

export function keysOf({ accessKeyId, secretAccessKey, sessionToken, expires }: TemporaryCredentials) {
  return { accessKeyId, secretAccessKey, sessionToken, expires };
}
