/** The newest commit of a branch; asked again, it costs nothing of the rate limit while nothing changed (S5.9). */
import { createHash } from "node:crypto";
import { callGitHub, type GitHubOptions } from "./calls.ts";
import { GitHubError, type Repository } from "./types.ts";

export interface KnownHead {
  readonly etag: string;
  readonly commit: string;
}

/** Branches that are remembered. */
const MOST_KNOWN = 1_000;

/** @param known what earlier answers said @throws GitHubError */
export async function branchHead(
  options: GitHubOptions,
  { owner, repo, token }: Repository,
  branch: string,
  known: Map<string, KnownHead>,
): Promise<string> {
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/branches/${encodeURIComponent(branch)}`;
  const key = `${path} ${createHash("sha256").update(token).digest("hex")}`;
  const before = known.get(key);
  const answer = await callGitHub(options, {
    method: "GET",
    path,
    token,
    ...(before !== undefined && { etag: before.etag }),
  });
  if (answer.status === 304 && before !== undefined) return before.commit;
  const { commit } = (answer.content ?? {}) as { commit?: { sha?: unknown } };
  const sha = commit?.sha;
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha))
    throw new GitHubError("other", 502, "its answer names no commit");
  known.delete(key);
  if (answer.etag !== undefined) known.set(key, { etag: answer.etag, commit: sha });
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return sha;
}
