/** A worker's own copies of repositories, so that the second fetch is cheap (P1.10, S7.10). */
import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { inTurn } from "./in-turn.ts";
import { hasCommit } from "./objects.ts";
import { type Remote, remoteFailure } from "./remote.ts";
import { git } from "./run-git.ts";
import { markUsed } from "./unused-mirrors.ts";

/** Digits of a SHA-1. */
const ID_LENGTH = 40;

/**
 * Brings a branch, or a certain commit of it, into the mirror.
 * @param ref what stands for the branch, where it is none: `refs/pull/7/head`
 * @param wanted a commit that is there already is not fetched again; without it the branch's newest
 * @returns the mirror's folder and the commit's id
 * @throws GitError when the repository, the branch or the commit can't be had
 */
export async function fetchCommit(
  remote: Remote,
  { branch, wanted, ref }: { readonly branch: string; readonly wanted?: string; readonly ref?: string },
  { cacheDir, signal }: { readonly cacheDir: string; readonly signal: AbortSignal },
): Promise<{ readonly mirror: string; readonly commitId: string }> {
  const mirror = mirrorFolder(remote, cacheDir);
  return await inTurn(mirror, async () => {
    await ensureMirror(mirror, signal);
    await markUsed(mirror);
    const options = { repository: mirror, signal };
    if (wanted !== undefined && (await hasCommit(mirror, wanted, signal))) {
      return { mirror, commitId: await wholeId(wanted, options) };
    }
    const fetch = (refspec: string) =>
      git(
        [
          "fetch",
          "--quiet",
          "--no-tags",
          "--no-recurse-submodules",
          "--no-write-fetch-head",
          "--",
          remote.url,
          refspec,
        ],
        { ...options, config: remote.config },
      );
    const theirs = ref ?? `refs/heads/${branch}`;
    const local = ref === undefined ? theirs : `refs/fetched/${ref}`;
    if (wanted === undefined) {
      await fetch(`+${theirs}:${local}`);
      return { mirror, commitId: (await git(["rev-parse", "--verify", local], options)).toString().trim() };
    }
    // The branch brings its history along cheaply; it may be gone, or have moved away from the commit.
    await fetch(`+${theirs}:${local}`).catch((error: unknown) => {
      if (remoteFailure(error) !== "noRef") throw error;
    });
    if (!(await hasCommit(mirror, wanted, signal))) {
      await fetch(`${wanted}:refs/commits/${wanted}`);
    }
    return { mirror, commitId: await wholeId(wanted, options) };
  });
}

/** Of a commit that the mirror has; some hosts tell its first digits only. */
async function wholeId(
  wanted: string,
  options: { readonly repository: string; readonly signal: AbortSignal },
): Promise<string> {
  if (wanted.length >= ID_LENGTH) return wanted;
  return (await git(["rev-parse", "--verify", `${wanted}^{commit}`], options)).toString().trim();
}

function mirrorFolder({ url, owner }: Remote, cacheDir: string): string {
  const name = createHash("sha256").update(`${owner}\n${url}`).digest("hex").slice(0, 32);
  return join(mirrorsIn(cacheDir), `${name}.git`);
}

/** The folder of all mirrors. */
export function mirrorsIn(cacheDir: string): string {
  return join(cacheDir, "mirrors");
}

/** Made aside and moved into place: a crash leaves no half mirror. */
async function ensureMirror(mirror: string, signal: AbortSignal): Promise<void> {
  const exists = await access(join(mirror, "HEAD")).then(
    () => true,
    () => false,
  );
  if (exists) {
    return;
  }
  const making = `${mirror}.${randomUUID()}`;
  await mkdir(making, { recursive: true });
  try {
    await git(["init", "--quiet", "--bare", "--", making], { signal });
    await rename(making, mirror);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}
