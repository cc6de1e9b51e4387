/** A full clone for whoever gets a clone reference (P1.7). */

import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import { checkOut } from "./check-out.ts";
import type { CloneReference } from "./clone-reference.ts";
import { connect, entriesOf, inHostsWords } from "./connected.ts";
import { hostedRemote } from "./hosted.ts";
import { sourceError } from "./source-error.ts";
import { fetchSubmodules } from "./submodules.ts";

export interface CloneOptions {
  readonly job: Job;
  /** The job's input that the reference is. */
  readonly artifact: string;
  readonly tools: Pick<Tools, "client" | "log" | "signal" | "way">;
  /** Commits of history to fetch; undefined or 0 for all of them. */
  readonly depth?: number | undefined;
  /** Absent: none are fetched. */
  readonly submodules?: SubmodulePolicy | undefined;
}

/** Of a project that has its submodules fetched (P2.2). */
export interface SubmodulePolicy {
  /** What git may reach besides the public internet, as the server's operator wrote it (S9.4). */
  readonly allowOutgoing: readonly string[];
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
  { job, artifact, tools, depth, submodules }: CloneOptions,
): Promise<void> {
  const { signal } = tools;
  const { repository, branch, commitId } = reference;
  const connected = reference.connectionArn === undefined ? undefined : await connect(job, artifact, tools);
  // The reference comes out of a bucket: credentials go where the job's own server says, whatever URL it names.
  const remote = connected?.remote ?? hostedRemote(job, repository, tools.way);
  const refspec = `+refs/heads/${branch}:refs/remotes/origin/${branch}`;
  try {
    const service = connected?.providerType ?? "The server";
    await checkOut(remote, { folder, commitId, refspec, depth, service, signal });
  } catch (error) {
    if (connected === undefined) throw sourceError(error, reference);
    const source = { fullName: repository, branch, commitId };
    throw await inHostsWords(error, connected, source, () => tools.client.doubtConnection(job.id, artifact));
  }
  if (submodules === undefined) return;
  await fetchSubmodules(
    { folder, url: remote.url, commitId },
    { job, tools, depth, allowed: submodules.allowOutgoing.flatMap(entriesOf), own: remote },
  );
}
