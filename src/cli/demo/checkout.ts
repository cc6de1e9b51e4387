/** The git side of the demo: this very checkout, pushed to the server and broken on purpose in a clone. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageFolder } from "../../server/package-folder.ts";

const run = promisify(execFile);

export interface Remote {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The folder of the checkout that this program runs from. */
export const checkout = packageFolder;

/** The commit that the demo releases. @throws Error where this isn't a git checkout with a commit */
export async function head(folder: string): Promise<{ id: string; subject: string }> {
  try {
    const { stdout } = await run("git", ["log", "-1", "--format=%H%n%s"], { cwd: folder });
    const [id = "", subject = ""] = stdout.split("\n");
    return { id, subject };
  } catch {
    throw new Error(
      `${folder} is not a git checkout: clone Millrace with git, the demo releases that very commit`,
    );
  }
}

/** Pushes the folder's HEAD to a branch. */
export async function push(folder: string, remote: Remote, branch: string): Promise<void> {
  await git(folder, remote, ["push", "--quiet", remote.url, `HEAD:refs/heads/${branch}`]);
}

/**
 * In a clone of its own: adds a file that doesn't compile to a branch, and pushes it.
 *
 * @returns the file
 */
export async function breakAndPush(remote: Remote, branch: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-demo-clone-"));
  try {
    await git(folder, remote, ["clone", "--quiet", "--branch", branch, remote.url, "."]);
    const file = "src/broken.ts";
    await writeFile(join(folder, file), 'export const answer: number = "forty-two";\n');
    await run("git", ["add", file], { cwd: folder });
    const author = ["-c", "user.name=Millrace demo", "-c", "user.email=demo@millrace.invalid"];
    await run("git", [...author, "commit", "--quiet", "--message", "Break the build"], { cwd: folder });
    await push(folder, remote, branch);
    return file;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs git with the credentials in its environment, where no process list shows them. */
async function git(folder: string, remote: Remote, args: readonly string[]): Promise<void> {
  const basic = Buffer.from(`${remote.accessKeyId}:${remote.secretAccessKey}`).toString("base64");
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraHeader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  await run("git", args, { cwd: folder, env });
}
