/** The program as it is published, made from the sources as they are now: it starts in half their time. */
import { cp, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
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

/** Bundles a script of the tests' in the same way. @param folder that `publish` filled @returns the bundle's path */
export async function bundle(script: string, folder: string): Promise<string> {
  const name = basename(script, ".ts");
  const dir = join(folder, "scripts", name);
  await build({ ...config, cwd: checkout, input: { [name]: script }, output: { ...config.output, dir } });
  return join(dir, `${name}.js`);
}
