import type { JobSandbox } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * The user that `run-as` names (P3.24); undefined for the one that commands run as anyway, also where it names none.
 *
 * @throws PhaseFailure CLIENT_ERROR where there is no such user, or commands can't run as this one
 */
export async function userFor(
  name: string | undefined,
  sandbox: JobSandbox,
  log: BuildLog,
): Promise<string | undefined> {
  if (name === undefined || name === sandbox.ownUser) return undefined;
  const refusal = await sandbox.refusalOf(name);
  if (refusal === undefined) return name;
  if (refusal.kind === "unknown") throw new PhaseFailure("CLIENT_ERROR", `unknown user ${name}`);
  log.line(`[Millrace] commands can't run as ${name} here: ${refusal.reason}`);
  throw new PhaseFailure("CLIENT_ERROR", `run-as: user ${name} cannot be used on this worker`);
}
