/** What git itself knows of a repository: where its refs stand, what HEAD is, what keeps commits. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Git } from "./git.ts";
import { refusedRef } from "./ref-names.ts";

/** Branches and tags with what they point at (an annotated tag: the tag object), by full ref name. */
export async function readRefs(git: Git, path: string): Promise<Map<string, string>> {
  const lines = await git.run(path, [
    "for-each-ref",
    "--format=%(objectname) %(refname)",
    "refs/heads/",
    "refs/tags/",
  ]);
  return new Map(
    lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(41), line.slice(0, 40)]),
  );
}

/** Commit id of a branch; undefined when there is none of that name. */
export async function readBranch(git: Git, path: string, branch: string): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  if (refusedRef(ref) !== undefined) return undefined;
  const line = await git.run(path, ["for-each-ref", "--format=%(objectname) %(refname)", "--", ref]);
  // The name is also a pattern that matches whatever lies below it.
  const found = line.split("\n").find((entry) => entry.slice(41) === ref);
  return found?.slice(0, 40);
}

/** Lets clones begin at a branch. Written only where it differs: most pushes change nothing here. */
export async function pointHead(git: Git, path: string, branch: string): Promise<void> {
  const head = await readFile(join(path, "HEAD"), "utf8");
  if (head.trim() === `ref: refs/heads/${branch}`) return;
  await git.run(path, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
}

/** Refs that no client sees, named by what needs their commits (P1.12). */
export async function keepCommits(
  git: Git,
  path: string,
  kept: readonly { executionId: string; commitId: string }[],
): Promise<void> {
  if (kept.length === 0) return;
  const lines = kept.map(
    ({ executionId, commitId }) => `update refs/millrace/executions/${executionId} ${commitId}\n`,
  );
  await git.run(path, ["update-ref", "--stdin"], lines.join(""));
}

/**
 * As `keepCommits`, of an execution that may use more commits of the repository than one: the others get refs with the
 * commit in their name. One that isn't there any more can't be kept.
 */
export async function keepCommit(
  git: Git,
  path: string,
  { executionId, commitId }: { readonly executionId: string; readonly commitId: string },
): Promise<void> {
  const ref = `refs/millrace/executions/${executionId}`;
  const other = `${ref}.${commitId}`;
  const kept = await git.run(path, ["for-each-ref", "--format=%(objectname)", "--", ref, other]);
  if (kept.includes(commitId)) return;
  const there = await git.run(path, ["cat-file", "--batch-check"], `${commitId}\n`);
  if (there.startsWith(`${commitId} commit `))
    await git.run(path, ["update-ref", kept === "" ? ref : other, commitId]);
}
