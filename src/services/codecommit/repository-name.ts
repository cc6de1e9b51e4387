/** Names of repositories and branches as callers give them, checked in CodeCommit's words (S6.6). */
import { refusedRef } from "../../core/repositories/index.ts";
import { AwsError } from "../aws-json/error.ts";

/** A region's name would stand where `/git/<region>/<name>.git` expects one. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** @throws RepositoryNameRequiredException, InvalidRepositoryNameException */
export function requireRepositoryName(name: string | undefined): string {
  if (name === undefined || name === "") {
    throw new AwsError(
      "RepositoryNameRequiredException",
      "A repository name is required, but was not specified.",
    );
  }
  if (!isRepositoryName(name)) {
    throw new AwsError(
      "InvalidRepositoryNameException",
      `The repository name '${name}' is not valid. Repository names can be any valid combination of letters, numbers, periods, underscores, and dashes between 1 and 100 characters in length. A name cannot end in .git, be . or .., or be the name of a region.`,
    );
  }
  return name;
}

/** @throws BranchNameRequiredException, InvalidBranchNameException */
export function requireBranchName(name: string | undefined): string {
  if (name === undefined || name === "") {
    throw new AwsError("BranchNameRequiredException", "A branch name is required, but was not specified.");
  }
  const problem = refusedRef(`refs/heads/${name}`);
  if (problem !== undefined) {
    throw new AwsError(
      "InvalidBranchNameException",
      `The branch name '${name}' is not valid: ${problem}. Give the name without refs/heads/.`,
    );
  }
  return name;
}

function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(name) && !/^\.\.?$|\.git$/.test(name) && !REGION.test(name);
}
