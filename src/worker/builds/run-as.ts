import { type CommandUser, findUser, isOwnUser, type JobSandbox } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * The user that `run-as` names (P3.24); undefined for the worker's own, which is the one where it names none.
 *
 * @throws PhaseFailure CLIENT_ERROR when this host has no such user, or this worker can't become it
 */
export async function userFor(
  name: string | undefined,
  sandbox: JobSandbox,
  log: BuildLog,
): Promise<CommandUser | undefined> {
  if (name === undefined || isOwnUser(name)) return undefined;
  const user = await findUser(name);
  if (user === undefined) throw new PhaseFailure("CLIENT_ERROR", `unknown user ${name}`);
  const refusal = await sandbox.refusalOf(user);
  if (refusal === undefined) return user;
  log.line(`[Millrace] commands can't run as ${name} here: ${refusal}`);
  throw new PhaseFailure("CLIENT_ERROR", `run-as: user ${name} cannot be used on this worker`);
}
