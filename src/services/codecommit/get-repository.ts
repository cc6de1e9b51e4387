import type { GetRepositoryInput, GetRepositoryOutput } from "@aws-sdk/client-codecommit";
import { operation } from "../aws-json/operation.ts";
import { onRepository } from "./authorization.ts";
import { requireRepository, toMetadata } from "./repository.ts";

/**
 * What is known of a repository, its clone URL among it.
 *
 * @throws RepositoryNameRequiredException, InvalidRepositoryNameException, RepositoryDoesNotExistException
 */
export const getRepository = operation<GetRepositoryInput, GetRepositoryOutput>("GetRepository", {
  authorization: onRepository,

  async handle(input, call) {
    return { repositoryMetadata: toMetadata(await requireRepository(call, input), call) };
  },
});
