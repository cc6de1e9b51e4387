import type { Remote } from "./remote.ts";
import { git } from "./run-git.ts";

/** Of a repository with a million refs. */
const MOST_BYTES = 128 * 1024 ** 2;

/**
 * The branches and tags of a repository, without fetching it.
 *
 * @param mostBytes of git's list, for which some 70 are one ref
 * @returns commits by ref; of annotated tags, the commits that they are of
 * @throws GitError, GitOutputError when it has too many
 */
export async function listRefs(
  remote: Remote,
  signal: AbortSignal,
  mostBytes = MOST_BYTES,
): Promise<ReadonlyMap<string, string>> {
  const output = await git(["ls-remote", "--quiet", "--heads", "--tags", "--", remote.url], {
    signal,
    config: remote.config,
    mostBytes,
  });
  const refs = new Map<string, string>();
  for (const line of output.toString("utf8").split("\n")) {
    const [, commit, ref] = /^([\da-f]{40,64})\t(refs\/.+)$/.exec(line) ?? [];
    // What a tag is of stands behind the tag itself.
    if (commit !== undefined && ref !== undefined) refs.set(ref.replace(/\^\{\}$/, ""), commit);
  }
  return refs;
}
