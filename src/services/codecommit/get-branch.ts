import type { GetBranchInput, GetBranchOutput } from "@aws-sdk/client-codecommit";
import { AwsError } from "../aws-json/error.ts";
import { operation } from "../aws-json/operation.ts";
import { onRepository } from "./authorization.ts";
import { requireRepository } from "./repository.ts";
import { requireBranchName } from "./repository-name.ts";

/**
 * The commit that a branch is at.
 *
 * @throws RepositoryNameRequiredException, InvalidRepositoryNameException, RepositoryDoesNotExistException,
 *   BranchNameRequiredException, InvalidBranchNameException, BranchDoesNotExistException
 */
export const getBranch = operation<GetBranchInput, GetBranchOutput>("GetBranch", {
  authorization: onRepository,

  async handle(input, call) {
    const repository = await requireRepository(call, input);
    const branchName = requireBranchName(input.branchName);
    const commitId = await call.core.repositories.branchHead(repository, branchName);
    if (commitId === undefined) {
      throw new AwsError(
        "BranchDoesNotExistException",
        `The branch '${branchName}' does not exist in the repository ${repository.name}`,
      );
    }
    return { branch: { branchName, commitId } };
  },
});
