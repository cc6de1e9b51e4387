import { provision, unmetSetting } from "./job-sandbox.ts";
import { PhaseFailure } from "./phase-failure.ts";
import type { ProjectContext } from "./project-context.ts";
import { registryLogin } from "./registry-login.ts";

const RUNNABLE_TYPES = new Set([
  "LINUX_CONTAINER",
  "ARM_CONTAINER",
  "LINUX_GPU_CONTAINER",
  "LINUX_EC2",
  "ARM_EC2",
]);

/**
 * Checks that this worker can give a project what it asks for, says what of it has no effect here, and makes ready what
 * its commands run in (P2.2, P2.8).
 *
 * @throws PhaseFailure (P2.9), ProviderError, the signal's reason
 */
export async function provisionProject(context: ProjectContext): Promise<void> {
  const { job, tools, started, place, sandbox, log, signal } = context;
  const { project } = started;
  const { image, computeType } = project;
  const { settings = {} } = job;
  const unmet = unmetSetting(job, tools.sandbox, place);
  if (unmet !== undefined) throw new PhaseFailure("CLIENT_ERROR", unmet);
  switch (place.kind) {
    case "refused":
      throw notSupported("image", `${image} (${place.reason})`);
    case "host":
      log.line(`[Millrace] image ${image} is not used: builds run on this host (${sandbox.executor})`);
      break;
    case "container":
      if (place.image !== image) log.line(`[Millrace] image ${image} is ${place.image} here`);
  }
  if (!RUNNABLE_TYPES.has(project.environmentType))
    throw notSupported("environment type", project.environmentType);
  if (project.privilegedMode && place.kind === "host") throw notSupported("privileged mode", "true");
  if (project.privilegedMode && settings["builds.allowPrivileged"] !== "true")
    throw notSupported(
      "privileged mode",
      "true (the setting builds.allowPrivileged=true lets builds have it)",
    );
  const [fileSystem] = project.fileSystems;
  if (fileSystem !== undefined) throw notSupported("file system", fileSystem);
  const { registryCredential: secret } = project;
  const login =
    secret !== undefined && place.kind === "container"
      ? await registryLogin(job, secret, { ...tools, signal })
      : undefined;
  await provision(sandbox, { computeType, login }, signal, log);
}

function notSupported(what: string, value: string): PhaseFailure {
  return new PhaseFailure("CLIENT_ERROR", `${what} is not supported by this worker: ${value}`);
}
