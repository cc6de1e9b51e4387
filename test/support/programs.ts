import { mkdir, readdir, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";

/**
 * Makes of `folder` a PATH of its own with all programs of this process's but one: what a machine has where that isn't
 * installed.
 */
export async function programsWithout(name: string, folder: string): Promise<string> {
  await mkdir(folder);
  const taken = new Set([name]);
  for (const place of (process.env.PATH ?? "").split(delimiter)) {
    for (const program of await readdir(place).catch(() => [])) {
      if (taken.has(program)) continue;
      taken.add(program);
      await symlink(join(place, program), join(folder, program));
    }
  }
  return folder;
}
