/** A full clone for whoever gets a clone reference (P1.7). */

import { git, hasCommit, remoteFailure } from "../../remotes/index.ts";
import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { CloneReference } from "./clone-reference.ts";
import { connect, inHostsWords } from "./connected.ts";
import { hostedRemote } from "./hosted.ts";
import { sourceError } from "./source-error.ts";

export interface CloneOptions {
  readonly job: Job;
  /** The job's input that the reference is. */
  readonly artifact: string;
  readonly tools: Pick<Tools, "client" | "log" | "signal" | "way">;
  /** Commits of history to fetch; undefined or 0 for all of them. */
  readonly depth?: number | undefined;
}

/**
 * Clones the branch's history with all tags into a folder that isn't there yet, and checks out a detached HEAD at
 * the reference's commit. `origin` keeps the URL without credentials.
 *
 * @throws ProviderError
 */
export async function cloneRepository(
  reference: CloneReference,
  folder: string,
  { job, artifact, tools, depth }: CloneOptions,
): Promise<void> {
  const { signal } = tools;
  const { repository, branch, commitId } = reference;
  const connected = reference.connectionArn === undefined ? undefined : await connect(job, artifact, tools);
  // The reference comes out of a bucket: credentials go where the job's own server says, whatever URL it names.
  const remote = connected?.remote ?? hostedRemote(job, repository, tools.way);
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
    if (connected === undefined) throw sourceError(error, reference);
    const source = { fullName: repository, branch, commitId };
    throw await inHostsWords(error, connected, source, () => tools.client.doubtConnection(job.id, artifact));
  }
}
