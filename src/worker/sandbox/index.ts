/** How commands run (providers.md P10). */
export { type CommandUser, findUser, isOwnUser } from "./command-user.ts";
export { type Executor, processExecutor } from "./executor.ts";
export type { JobSandbox } from "./job-sandbox.ts";
export { describeSandbox, findSandbox, requireIsolation, Sandbox } from "./sandbox.ts";
export { type CommandSession, FreshSession, PersistentSession } from "./session.ts";
export type { CommandEnd } from "./shell.ts";
export { endStrays } from "./strays.ts";
