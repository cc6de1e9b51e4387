import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { Executor, JobSandbox } from "../sandbox/index.ts";

/** Where the commands of a job run, by the settings that came with it (P0.6, P10.1). */
export function openJobSandbox(
  { id, settings = {} }: Job,
  { sandbox, workDir, diskLimit }: Tools,
  programFolders: readonly string[] = [],
): JobSandbox {
  const network = settings["builds.network"] === "none" ? "none" : undefined;
  return sandbox.openJob({ jobId: id, workDir, diskLimit, network, programFolders });
}

/** What of a job's settings this worker doesn't do; undefined when its commands may run. */
export function unmetSetting({ settings = {} }: Job, executor: Executor): string | undefined {
  const { "builds.executor": wanted = "auto", "builds.network": network } = settings;
  const runsIn = `it runs commands in ${executor.name}, see --executor of millrace worker`;
  if (wanted !== "auto" && wanted !== executor.name)
    return `builds.executor is not supported by this worker: ${wanted} (${runsIn})`;
  if (network === "none" && executor.name === "process")
    return `builds.network is not supported by this worker: none (${runsIn})`;
  return undefined;
}
