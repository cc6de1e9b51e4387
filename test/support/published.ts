/** The program as it is published, made from the sources as they are now. */
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import config from "../../rolldown.config.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** @param folder that it is put in @returns the path of its bin/millrace.js */
export async function publish(folder: string): Promise<string> {
  await build({ ...config, cwd: checkout, output: { ...config.output, dir: join(folder, "dist") } });
  await cp(join(checkout, "bin"), join(folder, "bin"), { recursive: true });
  await cp(join(checkout, "package.json"), join(folder, "package.json"));
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  return join(folder, "bin/millrace.js");
}
