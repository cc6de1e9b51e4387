/** A full clone for whoever gets a clone reference (P1.7). */

import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";
import type { CloneReference } from "./clone-reference.ts";
import { hostedRemote, remoteConfig, remoteFailure } from "./remote.ts";
import { git } from "./run-git.ts";

/**
 * Clones the branch's history with all tags into a folder that isn't there yet, and checks out a detached HEAD at
 * the reference's commit. `origin` keeps the URL without credentials.
 *
 * @param depth commits of history to fetch; undefined or 0 for all of them
 * @throws ProviderError
 */
export async function cloneRepository(
  reference: CloneReference,
  folder: string,
  { job, signal, depth }: { readonly job: Job; readonly signal: AbortSignal; readonly depth?: number },
): Promise<void> {
  const { repository, branch, commitId } = reference;
  // The reference comes out of a bucket: credentials go to the job's own server only, whatever URL it names.
  const remote = hostedRemote(job, repository);
  const withCredentials = { signal, config: remoteConfig(remote) };
  const inside = { signal, repository: `${folder}/.git` };
  try {
    await git(["init", "--quiet", "--", folder], { signal });
    await git(["remote", "add", "--", "origin", remote.url], inside);
    const shallow = depth === undefined || depth === 0 ? [] : [`--depth=${depth}`];
    const refspec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
    const fetch = (what: string) =>
      git(["fetch", "--quiet", "--tags", "--no-recurse-submodules", ...shallow, "--", "origin", what], {
        ...inside,
        ...withCredentials,
      });
    await fetch(refspec).catch((error: unknown) => {
      if (remoteFailure(error) !== "noRef") throw error;
    });
    if (
      !(await git(["cat-file", "-e", `${commitId}^{commit}`], inside).then(
        () => true,
        () => false,
      ))
    ) {
      await fetch(commitId);
    }
    await git([`--work-tree=${folder}`, "checkout", "--quiet", "--detach", commitId], inside);
  } catch (error) {
    throw asProviderError(error, reference);
  }
}

function asProviderError(error: unknown, { repository, commitId }: CloneReference): unknown {
  switch (remoteFailure(error)) {
    case "noRepository":
      return new ProviderError(
        "ConfigurationError",
        `The action failed because the AWS CodeCommit repository ${repository} could not be found. Make sure you are using the correct repository name, and then try again.`,
      );
    case "noCommit":
    case "noRef":
      return new ProviderError(
        "RevisionUnavailable",
        `Commit ${commitId} is no longer in repository ${repository}`,
      );
    case "denied":
      return new ProviderError(
        "PermissionError",
        `Repository ${repository} could not be read: access was denied.`,
      );
    case "unreachable":
      return new ProviderError(
        "SystemUnavailable",
        `Repository ${repository} could not be reached: ${reasonOf(error)}`,
      );
    case "other":
      return error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
