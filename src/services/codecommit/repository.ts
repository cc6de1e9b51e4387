/** A repository as CodeCommit's operations find and show it. */
import type { RepositoryMetadata } from "@aws-sdk/client-codecommit";
import type { Repository } from "../../core/repositories/index.ts";
import { repositoryArn } from "../../core/repositories/index.ts";
import { AwsError } from "../aws-json/error.ts";
import type { Call } from "../aws-json/operation.ts";
import { requireRepositoryName } from "./repository-name.ts";

/** @throws RepositoryNameRequiredException, InvalidRepositoryNameException, RepositoryDoesNotExistException */
export async function requireRepository(
  { core, scope }: Call,
  { repositoryName }: { repositoryName?: string | undefined },
): Promise<Repository> {
  const name = requireRepositoryName(repositoryName);
  const found = await core.repositories.find(scope, name);
  if (found === undefined) throw new AwsError("RepositoryDoesNotExistException", `${name} does not exist`);
  return found;
}

/** S6.17: there is no SSH, but clients read `cloneUrlSsh`. */
export function toMetadata(repository: Repository, { core }: Pick<Call, "core">): RepositoryMetadata {
  const { id, scope, name, description, defaultBranch, created, updated } = repository;
  const cloneUrl = `${core.settings.publicUrl()}/git/${name}.git`;
  return {
    accountId: scope.account,
    repositoryId: id,
    repositoryName: name,
    ...(description !== undefined && { repositoryDescription: description }),
    ...(defaultBranch !== undefined && { defaultBranch }),
    lastModifiedDate: new Date(updated),
    creationDate: new Date(created),
    cloneUrlHttp: cloneUrl,
    cloneUrlSsh: cloneUrl,
    Arn: repositoryArn(scope, name),
  };
}
