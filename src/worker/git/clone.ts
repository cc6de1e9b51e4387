/** A full clone for whoever gets a clone reference (P1.7). */
import type { Job } from "../protocol.ts";
import type { CloneReference } from "./clone-reference.ts";
import { hasCommit } from "./objects.ts";
import { hostedRemote, remoteFailure } from "./remote.ts";
import { git } from "./run-git.ts";
import { sourceError } from "./source-error.ts";

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
  const withCredentials = { signal, config: remote.config };
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
    // The branch may have been deleted since: the commit is what counts.
    await fetch(refspec).catch((error: unknown) => {
      if (remoteFailure(error) !== "noRef") throw error;
    });
    if (!(await hasCommit(inside.repository, commitId, signal))) {
      await fetch(commitId);
    }
    await git([`--work-tree=${folder}`, "checkout", "--quiet", "--detach", commitId], inside);
  } catch (error) {
    throw sourceError(error, reference);
  }
}
