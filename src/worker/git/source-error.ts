/** Why a hosted repository's commit can't be had, in the pipeline's words (P1.12). */

import { remoteFailure } from "../../remotes/index.ts";
import { ProviderError } from "../provider.ts";

export interface NamedSource {
  readonly repository: string;
  readonly branch: string;
  /** The commit that was asked for; absent: the branch's newest. */
  readonly commitId?: string;
}

/** The failure of a fetch as a ProviderError; what isn't one stays as it is. */
export function sourceError(error: unknown, source: NamedSource): unknown {
  switch (remoteFailure(error)) {
    case "noRepository":
      return repositoryMissing(source);
    case "noRef":
      return branchMissing(source);
    case "noCommit":
      return commitMissing(source);
    case "denied":
      return new ProviderError(
        "PermissionError",
        `The AWS CodeCommit repository ${source.repository} could not be read: access was denied.`,
      );
    case "unreachable":
    case "other":
      return error;
  }
}

/** In the form that users of AWS know. */
export function repositoryMissing({ repository }: NamedSource): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `The action failed because the AWS CodeCommit repository ${repository} could not be found. Make sure you are using the correct repository name, and then try again.`,
  );
}

/** In AWS's own words; also for an empty repository. */
export function branchMissing({ repository, branch }: NamedSource): ProviderError {
  return new ProviderError(
    "ConfigurationError",
    `The action failed because no branch named ${branch} was found in the selected AWS CodeCommit repository ${repository}. Make sure you are using the correct branch name, and then try again.`,
  );
}

export function commitMissing({ repository, commitId }: NamedSource): ProviderError {
  return new ProviderError(
    "RevisionUnavailable",
    `Commit ${commitId} is no longer in repository ${repository}`,
  );
}
