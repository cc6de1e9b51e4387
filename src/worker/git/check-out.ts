import { git, hasCommit, type Remote, remoteFailure } from "../../remotes/index.ts";
import { withRetries } from "../retry.ts";

export interface CheckOutOptions {
  readonly folder: string;
  readonly commitId: string;
  /** What is fetched besides the commit, in git's form. */
  readonly refspec: string;
  /** Commits of history to fetch; undefined or 0 for all of them. */
  readonly depth: number | undefined;
  /** Whose host it is, as messages name it. */
  readonly service: string;
  readonly signal: AbortSignal;
}

/**
 * Fetches into a folder, with all tags, and checks out a detached HEAD at the commit. `origin` keeps the URL without
 * credentials.
 *
 * @param options.folder new or empty
 * @throws GitError, ProviderError SystemUnavailable when the host can't be reached (P0.11)
 */
export async function checkOut(
  remote: Remote,
  { folder, commitId, refspec, depth, service, signal }: CheckOutOptions,
): Promise<void> {
  const inside = { signal, repository: `${folder}/.git` };
  await git(["init", "--quiet", "--", folder], { signal });
  await git(["remote", "add", "--", "origin", remote.url], inside);
  const shallow = depth === undefined || depth === 0 ? [] : [`--depth=${depth}`];
  const fetchOnce = (what: string) =>
    git(["fetch", "--quiet", "--tags", "--no-recurse-submodules", ...shallow, "--", "origin", what], {
      ...inside,
      // What is new has nothing to tidy up, which git would start a process to find out.
      config: { ...remote.config, "maintenance.auto": "false" },
    });
  const isTransient = (error: unknown) => remoteFailure(error) === "unreachable";
  const fetch = (what: string) => withRetries(() => fetchOnce(what), { service, signal, isTransient });
  // A branch may have been deleted since: the commit is what counts.
  await fetch(refspec).catch((error: unknown) => {
    if (remoteFailure(error) !== "noRef") throw error;
  });
  if (!(await hasCommit(inside.repository, commitId, signal))) {
    await fetch(commitId);
  }
  await git([`--work-tree=${folder}`, "checkout", "--quiet", "--detach", commitId], inside);
}
