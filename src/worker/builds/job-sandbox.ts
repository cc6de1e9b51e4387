import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import {
  ImageError,
  type JobSandbox,
  type NewContainer,
  type RegistryLogin,
  type Sandbox,
} from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { computeText, limitsOf } from "./compute.ts";
import { PhaseFailure } from "./phase-failure.ts";
import type { Place } from "./place.ts";

/** What a build asks of what it runs in. */
export interface Wanted {
  readonly place: Place;
  readonly computeType: string;
  readonly privileged: boolean;
  /** What commands on the host may have in their PATH besides. */
  readonly programFolders?: readonly string[];
}

/** Where the commands of a job run, by the settings that came with it (P0.6, P10.1). */
export function openJobSandbox(
  { id, settings = {} }: Job,
  { sandbox, workDir, diskLimit }: Tools,
  { place, computeType, privileged, programFolders = [] }: Wanted,
): JobSandbox {
  const network = settings["builds.network"] === "none" ? "none" : undefined;
  const container: NewContainer | undefined =
    place.kind === "container" ? { image: place.image, privileged } : undefined;
  const limits = limitsOf(computeType);
  return sandbox.openJob({ jobId: id, workDir, diskLimit, limits, network, programFolders, container });
}

/**
 * Makes ready what a job's commands run in.
 *
 * @throws PhaseFailure where the image can't be had or run (P2.9), ProviderError, the signal's reason
 */
export async function provision(
  sandbox: JobSandbox,
  { computeType, login }: Pick<Wanted, "computeType"> & { readonly login?: RegistryLogin | undefined },
  signal: AbortSignal,
  log: BuildLog,
): Promise<void> {
  log.line(`[Millrace] computeType ${computeType} ${computeText(computeType, sandbox.limits)}`);
  try {
    await sandbox.provision({ signal, login, say: (line) => log.line(line) });
  } catch (error) {
    throw error instanceof ImageError ? new PhaseFailure(error.statusCode, error.message) : error;
  }
}

/** What of a job's settings this worker doesn't do; undefined when its commands may run. */
export function unmetSetting({ settings = {} }: Job, sandbox: Sandbox, place: Place): string | undefined {
  const { "builds.executor": wanted = "auto", "builds.network": network } = settings;
  const { executor, hostExecutor } = sandbox;
  const runsIn = `it runs commands in ${executor}, see --executor of millrace worker`;
  if (wanted !== "auto" && wanted !== executor)
    return `builds.executor is not supported by this worker: ${wanted} (${runsIn})`;
  if (network === "none" && place.kind === "host" && hostExecutor === "process")
    return `builds.network is not supported by this worker: none (${executor === "process" ? runsIn : "it runs commands on its host in process"})`;
  return undefined;
}
