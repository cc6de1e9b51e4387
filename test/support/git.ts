/** git as developers of the tests' run it: unaware of this machine's configuration. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

export const gitEnvironment = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
  LC_ALL: "C",
  // Each commit and fetch would start a process that looks whether there is much to tidy up. There never is.
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "maintenance.auto",
  GIT_CONFIG_VALUE_0: "false",
};

/** As `tipOf`, of a ref that is there. @throws Error where it isn't */
export async function commitAt(gitDir: string, ref = "HEAD"): Promise<string> {
  const commit = await tipOf(gitDir, ref);
  if (commit === undefined) throw new Error(`${gitDir} has no ${ref}`);
  return commit;
}

/**
 * The commit that a ref of a repository without packed refs points at; undefined where there is no such ref. Asking git
 * would take a process.
 *
 * @param gitDir `.git`, or a bare repository @param ref its full name, or HEAD
 */
export async function tipOf(gitDir: string, ref = "HEAD"): Promise<string | undefined> {
  const text = await readFile(join(gitDir, ref), "utf8").catch(() => undefined);
  const [, target] = /^ref: (.+)\n$/.exec(text ?? "") ?? [];
  return target === undefined ? text?.trim() : tipOf(gitDir, target);
}
