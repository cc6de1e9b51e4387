/** Pushes of one commit each, as the bytes that `git push` sends to receive-pack. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { scratchFolder } from "./scratch.ts";

const BRANCH = "refs/heads/main";
const NOTHING = "0".repeat(40);

export interface Push {
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Commits that change one file each, and the push of each, to be sent in order. */
export async function preparePushes(stack: AsyncDisposableStack, count: number): Promise<readonly Push[]> {
  const folder = await scratchFolder(stack);
  const git = async (...args: readonly string[]) =>
    (await promisify(execFile)("git", [...args], { cwd: folder })).stdout.trim();
  await git("init", "--quiet");
  const pushes: Push[] = [];
  let before = NOTHING;
  for (let index = 0; index < count; index++) {
    await writeFile(join(folder, "file"), `${index}\n`);
    await git("add", "file");
    const author = ["-c", "user.name=Bench", "-c", "user.email=bench@millrace.invalid"];
    await git(...author, "commit", "--quiet", "--message", `Change ${index}`);
    const commit = await git("rev-parse", "HEAD");
    pushes.push({ body: await pushOf(folder, before, commit) });
    before = commit;
  }
  return pushes;
}

/** One command, a flush, and the pack of what is new. */
async function pushOf(folder: string, before: string, commit: string): Promise<Uint8Array<ArrayBuffer>> {
  const packing = spawn("git", ["pack-objects", "--quiet", "--revs", "--thin", "--stdout"], { cwd: folder });
  packing.stdin.end(before === NOTHING ? `${commit}\n` : `${commit}\n^${before}\n`);
  const pack = await buffer(packing.stdout);
  const command = `${before} ${commit} ${BRANCH}\0 report-status`;
  const length = (command.length + 4).toString(16).padStart(4, "0");
  return new Uint8Array(Buffer.concat([Buffer.from(`${length}${command}0000`), pack]));
}

/** The yardstick: git's own receive-pack on a bare repository, without anything around it. */
export async function bareReceiver(stack: AsyncDisposableStack): Promise<(push: Push) => Promise<void>> {
  const folder = await scratchFolder(stack);
  await promisify(execFile)("git", ["init", "--quiet", "--bare", folder]);
  return async ({ body }) => {
    const git = spawn("git", ["receive-pack", "--stateless-rpc", folder], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    git.stdin.end(body);
    const [status] = await once(git, "close");
    if (status !== 0) throw new Error(`git receive-pack ended with ${status}`);
  };
}
