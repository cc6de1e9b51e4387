/** A git working tree that makes the same commits every time, and pushes them. */
import { execFile } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { commitAt, gitEnvironment } from "../../support/git.ts";
import type { TestHost } from "./host.ts";
import { testFolder } from "./worker.ts";

const run = promisify(execFile);

export interface WorkingTree {
  readonly folder: string;
  git(...args: string[]): Promise<string>;
  /** Writes files (`x:` before a path makes it executable, `->` before a text a link) and commits all. */
  commit(message: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Commits files as `commit` does, with submodules at these paths, whose commits are given. */
  commitWith(
    submodules: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string | Uint8Array>>,
  ): Promise<string>;
  push(host: Pick<TestHost, "url" | "credentials">, repository: string, refspec: string): Promise<void>;
}

export async function workingTree(): Promise<WorkingTree> {
  const folder = await testFolder();
  let commits = 0;
  const git = async (...args: string[]) => {
    const date = `2026-11-24T10:00:${String(commits * 2 + 1).padStart(2, "0")}+02:00`;
    const { stdout } = await run("git", args, {
      cwd: folder,
      env: {
        ...gitEnvironment,
        GIT_AUTHOR_DATE: "2026-11-23T23:30:00-01:00",
        GIT_COMMITTER_DATE: date,
      },
    });
    return stdout.trim();
  };
  await git("init", "--quiet", "--initial-branch=main");

  async function commitAll(
    message: string,
    files: Readonly<Record<string, string | Uint8Array>>,
    submodules: Readonly<Record<string, string>>,
  ): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(folder, path.replace(/^x:/, ""));
      await mkdir(dirname(file), { recursive: true });
      if (typeof content === "string" && content.startsWith("->")) await symlink(content.slice(2), file);
      else await writeFile(file, content);
      if (path.startsWith("x:")) await chmod(file, 0o755);
    }
    await git("add", "--all");
    const links = Object.entries(submodules).flatMap(([path, id]) => ["--cacheinfo", `160000,${id},${path}`]);
    if (links.length > 0) await git("update-index", "--add", ...links);
    await git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--message", message);
    commits++;
    return commitAt(join(folder, ".git"));
  }

  return {
    folder,
    git,
    commit: (message, files) => commitAll(message, files, {}),
    commitWith: (submodules, files) => commitAll("Files", files, submodules),
    async push({ url, credentials }, repository, refspec) {
      const remote = new URL(`/git/${repository}.git`, url);
      remote.username = credentials.accessKeyId;
      remote.password = encodeURIComponent(credentials.secretAccessKey);
      await git("push", "--quiet", "--force", remote.href, refspec);
    },
  };
}
