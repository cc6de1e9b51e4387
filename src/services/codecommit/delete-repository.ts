import type { DeleteRepositoryInput, DeleteRepositoryOutput } from "@aws-sdk/client-codecommit";
import { operation } from "../aws-json/operation.ts";
import { onRepository } from "./authorization.ts";
import { requireRepositoryName } from "./repository-name.ts";

/**
 * Deletes a repository with all its history; pipelines stay, and their source fails (S6.17). Deleting what isn't there
 * succeeds, without an id.
 *
 * @throws RepositoryNameRequiredException, InvalidRepositoryNameException
 */
export const deleteRepository = operation<DeleteRepositoryInput, DeleteRepositoryOutput>("DeleteRepository", {
  authorization: onRepository,

  async handle({ repositoryName }, { core, scope }) {
    const repositoryId = await core.repositories.delete(scope, requireRepositoryName(repositoryName));
    return repositoryId === undefined ? {} : { repositoryId };
  },
});
