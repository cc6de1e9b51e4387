/** What a job's credentials open: its own artifacts, and what its provider reads or writes by its configuration. */
import type { JobGrant } from "../access/types.ts";
import type { ActionTypeId, Definition, JobWork } from "../engine/index.ts";

type Opened = Pick<JobGrant, "read" | "write" | "readBuckets" | "writeBuckets" | "pull">;

/** @param definition of the version that the job belongs to: it tells which inputs are clone references (P1.6) */
export function grantsOf(type: ActionTypeId, work: JobWork, definition: Definition): Opened {
  const { S3Bucket, BucketName, RepositoryName } = work.resolvedConfiguration;
  const is = (category: string, provider: string) =>
    type.owner === "AWS" && type.category === category && type.provider === provider;
  const references = work.inputs.flatMap(({ name }) => clonedRepository(definition, name) ?? []);
  const pull = is("Source", "CodeCommit") && RepositoryName !== undefined ? [RepositoryName] : references;
  return {
    read: work.inputs.map(({ bucket, key }) => ({ bucket, key })),
    write: work.outputs.map(({ bucket, key }) => ({ bucket, key })),
    ...(is("Source", "S3") && S3Bucket !== undefined && { readBuckets: [S3Bucket] }),
    ...(is("Deploy", "S3") && BucketName !== undefined && { writeBuckets: [BucketName] }),
    ...(type.owner === "AWS" && pull.length > 0 && { pull }),
  };
}

/** The hosted repository that an artifact refers to instead of holding it. */
function clonedRepository(definition: Definition, artifact: string): string | undefined {
  const producer = definition.stages
    .flatMap((stage) => stage.actions)
    .find(({ outputs }) => outputs.some(({ name }) => name === artifact));
  if (producer?.type.provider !== "CodeCommit") return undefined;
  const { OutputArtifactFormat, RepositoryName } = producer.configuration;
  return OutputArtifactFormat === "CODEBUILD_CLONE_REF" ? RepositoryName : undefined;
}
