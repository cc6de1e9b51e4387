import { type Buildspec, PHASES, parseBuildspec } from "../buildspec/index.ts";
import type { BuildLog } from "./build-log.ts";
import type { LocatedBuildspec } from "./locate-buildspec.ts";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * Reads a buildspec, and says in the log what is odd about it and what of it isn't used here.
 *
 * @throws PhaseFailure YAML_FILE_ERROR with the first problem; all of them are in the log (P3.3)
 */
export function readBuildspec(located: LocatedBuildspec, log: BuildLog): Buildspec {
  const parsed = parseBuildspec(located.text, located.fileName);
  for (const warning of parsed.warnings) log.line(`[Millrace] warning: ${warning}`);
  if (parsed.kind === "refused") {
    for (const problem of parsed.problems) log.line(problem);
    throw new PhaseFailure("YAML_FILE_ERROR", parsed.message);
  }
  sayWhatIsNotUsed(parsed.buildspec, log);
  return parsed.buildspec;
}

/** Accepted, and never without a word: what this version doesn't do. */
function sayWhatIsNotUsed({ cache, reports, phases }: Buildspec, log: BuildLog): void {
  if (cache) log.line("[Millrace] cache is not used by this version: nothing is restored or saved");
  if (reports.length > 0) {
    log.line(`[Millrace] reports are not used by this version and not read: ${reports.join(", ")}`);
  }
  const runtimes = phases.get("install")?.runtimeVersions;
  if (runtimes === undefined || runtimes.size === 0) log.line("No runtime version selected in buildspec.");
}

/** `Phases found in YAML`, and how many commands each has (P11.3). */
export function sayPhases({ phases }: Buildspec, log: BuildLog): void {
  log.line(`Phases found in YAML: ${phases.size}`);
  for (const name of PHASES) {
    const phase = phases.get(name);
    if (phase !== undefined) log.line(` ${name.toUpperCase()}: ${phase.commands.length} commands`);
  }
}
