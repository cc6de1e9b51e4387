/** How commands run (providers.md P10). */
import { ControlGroup } from "./control-group/control-group.ts";

export { ImageError } from "./container/image.ts";
export { isImageName } from "./container/image-name.ts";
export { ownMemory } from "./control-group/own-groups.ts";
export { type Executor, type Network, processExecutor } from "./executor.ts";
export { SHELL_FOLDER } from "./job-folders.ts";
export type { JobLimits, JobSandbox, NewContainer, RegistryLogin } from "./job-sandbox.ts";
export {
  EXECUTORS,
  type ExecutorChoice,
  NETWORKS,
  openSandbox,
  Sandbox,
  type SandboxOptions,
  tryBubblewrap,
} from "./sandbox.ts";
export { SandboxError } from "./sandbox-error.ts";
export { type CommandSession, FreshSession, PersistentSession, type SessionEnd } from "./session.ts";
export type { CommandEnd } from "./shell.ts";
export { endStrays } from "./strays.ts";

export const removeUnusedGroups = ControlGroup.removeUnused;
