import type { BuildProject } from "../protocol.ts";
import type { Executor } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";

const RUNNABLE_TYPES = new Set([
  "LINUX_CONTAINER",
  "ARM_CONTAINER",
  "LINUX_GPU_CONTAINER",
  "LINUX_EC2",
  "ARM_EC2",
]);

/**
 * Checks that this worker can give a project what it asks for, and says what of it has no effect here (P2.2, P2.8).
 *
 * @throws PhaseFailure CLIENT_ERROR (P2.9)
 */
export function checkProject(project: BuildProject, executor: Executor, log: BuildLog): void {
  log.line(`[Millrace] image ${project.image} is not used: builds run on this host (${executor.name})`);
  log.line(
    `[Millrace] computeType ${project.computeType} is not enforced: builds share this host (${executor.name})`,
  );
  if (!RUNNABLE_TYPES.has(project.environmentType))
    throw notSupported("environment type", project.environmentType);
  if (project.privilegedMode) throw notSupported("privileged mode", "true");
}

function notSupported(what: string, value: string): PhaseFailure {
  return new PhaseFailure("CLIENT_ERROR", `${what} is not supported by this worker: ${value}`);
}
