import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where Millrace's package.json lies: above the sources, and above dist, where a bundle holds what was many files. */
export const packageFolder: string = find(dirname(fileURLToPath(import.meta.url)));

function find(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const above = dirname(folder);
  if (above === folder)
    throw new Error("this installation is incomplete: Millrace's package.json is missing");
  return find(above);
}
