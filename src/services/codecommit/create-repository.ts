import type { CreateRepositoryInput, CreateRepositoryOutput } from "@aws-sdk/client-codecommit";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { onRepository } from "./authorization.ts";
import { checkDescription } from "./description.ts";
import { toMetadata } from "./repository.ts";
import { requireRepositoryName } from "./repository-name.ts";
import { checkTags } from "./tags.ts";

/**
 * Makes an empty repository to push to.
 *
 * @throws RepositoryNameRequiredException, InvalidRepositoryNameException, InvalidRepositoryDescriptionException,
 *   RepositoryNameExistsException, RepositoryLimitExceededException, TooManyTagsException,
 *   InvalidSystemTagUsageException, InvalidTagsMapException
 */
export const createRepository = operation<CreateRepositoryInput, CreateRepositoryOutput>("CreateRepository", {
  authorization: ({ tags = {}, ...named }, call) =>
    onRepository(named, call).map((need) => ({ ...need, requestTags: tags })),

  async handle({ repositoryName, repositoryDescription, tags }, call) {
    const name = requireRepositoryName(repositoryName);
    const description = checkDescription(repositoryDescription);
    const made = await call.core.repositories.create(call.scope, name, {
      tags: checkTags(tags),
      ...(description !== undefined && { description }),
    });
    switch (made) {
      case "nameTaken":
        throw new AwsError("RepositoryNameExistsException", `Repository named ${name} already exists`);
      case "tooMany":
        throw new AwsError(
          "RepositoryLimitExceededException",
          "The account has as many repositories as it may have (1,000). Delete one that is not needed.",
        );
      default:
        return { repositoryMetadata: toMetadata(made, call) };
    }
  },
});
