/** What a job's credentials open: its own artifacts, and what its provider reads or writes by its configuration. */
import type { JobGrant } from "../access/types.ts";
import type { ActionDefinition, ActionTypeId, Definition, JobWork } from "../engine/index.ts";

type Opened = Pick<JobGrant, "read" | "write" | "readBuckets" | "writeBuckets" | "pull">;

/** @param definition of the version that the job belongs to: it tells which inputs are clone references (P1.6) */
export function grantsOf(type: ActionTypeId, work: JobWork, definition: Definition): Opened {
  const { S3Bucket, BucketName, RepositoryName } = work.resolvedConfiguration;
  const is = (category: string, provider: string) =>
    type.owner === "AWS" && type.category === category && type.provider === provider;
  const references = work.inputs.flatMap(({ name }) => {
    const source = hostedSource(definition, name);
    return source?.cloned === true ? [source.repository] : [];
  });
  const pull = is("Source", "CodeCommit") && RepositoryName !== undefined ? [RepositoryName] : references;
  return {
    read: work.inputs.map(({ bucket, key }) => ({ bucket, key })),
    write: work.outputs.map(({ bucket, key }) => ({ bucket, key })),
    ...(is("Source", "S3") && S3Bucket !== undefined && { readBuckets: [S3Bucket] }),
    ...(is("Deploy", "S3") && BucketName !== undefined && { writeBuckets: [BucketName] }),
    ...(type.owner === "AWS" && pull.length > 0 && { pull }),
  };
}

/** The hosted repositories that the job's inputs came from, whole or as a reference. */
export function sourceRepositories(definition: Definition, { inputs }: JobWork): readonly string[] {
  const repositories = inputs.flatMap(({ name }) => hostedSource(definition, name)?.repository ?? []);
  return [...new Set(repositories)];
}

/** Of an artifact that a CodeCommit source made: `cloned` where it refers to its repository instead of holding it. */
function hostedSource(
  definition: Definition,
  artifact: string,
): { readonly repository: string; readonly cloned: boolean } | undefined {
  const makes = ({ type, outputs }: ActionDefinition) =>
    type.provider === "CodeCommit" && outputs.some(({ name }) => name === artifact);
  for (const { actions } of definition.stages) {
    const { OutputArtifactFormat, RepositoryName: repository } = actions.find(makes)?.configuration ?? {};
    if (repository !== undefined)
      return { repository, cloned: OutputArtifactFormat === "CODEBUILD_CLONE_REF" };
  }
  return undefined;
}
