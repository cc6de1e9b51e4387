import type { BuildProject } from "../build-protocol.ts";
import type { Job } from "../protocol.ts";
import type { Executor } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { isMappedToHost } from "./image-map.ts";
import { unmetSetting } from "./job-sandbox.ts";
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
export function checkProject(job: Job, project: BuildProject, executor: Executor, log: BuildLog): void {
  const unmet = unmetSetting(job, executor);
  if (unmet !== undefined) throw new PhaseFailure("CLIENT_ERROR", unmet);
  const { settings = {} } = job;
  if (settings["builds.requireImage"] === "true" && !isMappedToHost(project.image, settings))
    throw notSupported(
      "image",
      `${project.image} (builds run on this host, and builds.requireImage is true; the setting images.${project.image}=host lets this one)`,
    );
  log.line(`[Millrace] image ${project.image} is not used: builds run on this host (${executor.name})`);
  log.line(
    `[Millrace] computeType ${project.computeType} is not enforced: builds share this host (${executor.name})`,
  );
  if (!RUNNABLE_TYPES.has(project.environmentType))
    throw notSupported("environment type", project.environmentType);
  if (project.privilegedMode) throw notSupported("privileged mode", "true");
  const [fileSystem] = project.fileSystems;
  if (fileSystem !== undefined) throw notSupported("file system", fileSystem);
}

function notSupported(what: string, value: string): PhaseFailure {
  return new PhaseFailure("CLIENT_ERROR", `${what} is not supported by this worker: ${value}`);
}
