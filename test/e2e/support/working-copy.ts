/** A developer's working copy: commits, and pushes to whatever server runs. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commitAt, gitEnvironment } from "../../support/git.ts";
import type { Target } from "./clients.ts";

const run = promisify(execFile);

export interface WorkingCopy extends AsyncDisposable {
  /** @returns the commit's id */
  commit(message: string): Promise<string>;
  git(...args: string[]): Promise<string>;
}

export async function workingCopy(): Promise<WorkingCopy> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-e2e-copy-"));
  const git = async (...args: string[]) => {
    const { stdout } = await run("git", args, { cwd: folder, env: gitEnvironment });
    return stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main");
  return {
    git,
    async commit(message) {
      await git("commit", "--quiet", "--allow-empty", "--message", message);
      return commitAt(join(folder, ".git"));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** With the key as user and password (S6.3). */
export function gitUrl({ endpoint, credentials }: Target, repository: string): string {
  const url = new URL(`/git/${repository}.git`, endpoint);
  url.username = credentials.accessKeyId;
  url.password = encodeURIComponent(credentials.secretAccessKey);
  return url.href;
}
