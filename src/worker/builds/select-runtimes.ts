import { delimiter } from "node:path";
import { findRuntime, type Runtimes } from "../runtimes.ts";
import type { CommandSession } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";
import { namesIn, replaceNames } from "./variable-names.ts";

/**
 * Puts the runtimes of `runtime-versions` first in the build's PATH (P3.25). One that this worker has no list for is
 * left to what the host has.
 *
 * @param asked versions by name of the runtime; `$VAR` in them is replaced
 * @param usualPath what PATH is where the build says nothing of it
 * @throws PhaseFailure YAML_FILE_ERROR for a version that isn't in its runtime's list
 */
export async function selectRuntimes(
  asked: ReadonlyMap<string, string>,
  { runtimes, usualPath }: { readonly runtimes: Runtimes; readonly usualPath: string },
  session: CommandSession,
  log: BuildLog,
): Promise<void> {
  const values = await session.variables([...namesIn([...asked.values()]), "PATH"]);
  const chosen = Array.from(asked, ([name, text]) => {
    const list = runtimes.get(name);
    if (list === undefined) {
      log.line(
        "Skipping install of runtimes. Runtime version selection is not supported by this build image",
      );
      return [];
    }
    const version = replaceNames(text, values);
    const runtime = findRuntime(list, version);
    if (runtime === undefined) {
      const known = list.map((one) => one.version).join(", ");
      throw new PhaseFailure(
        "YAML_FILE_ERROR",
        `Unknown runtime version named '${version}' of ${name}. This build image has the following versions: ${known}`,
      );
    }
    log.line(`Selecting '${name}' runtime version '${version}' based on manual selections...`);
    return [runtime.bin];
  }).flat();
  if (chosen.length === 0) return;
  const path = values.get("PATH") ?? usualPath;
  await session.setVariable("PATH", [...chosen, path].join(delimiter));
}
