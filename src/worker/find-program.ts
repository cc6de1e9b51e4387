import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** The first file of this name that can be run, along a search path as in PATH; undefined when there is none. */
export async function findProgram(name: string, path = process.env.PATH ?? ""): Promise<string | undefined> {
  const files = isAbsolute(name)
    ? [name]
    : path.split(delimiter).flatMap((folder) => (folder === "" ? [] : [join(folder, name)]));
  for (const file of files) {
    if (await canRun(file)) return file;
  }
  return undefined;
}

function canRun(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
