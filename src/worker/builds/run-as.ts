import { execFile } from "node:child_process";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * Commands run as the worker's own user, so that is the only one that `run-as` may name here (P3.24).
 *
 * @throws PhaseFailure CLIENT_ERROR for any other user, in other words when this host has no such user
 */
export async function checkRunAs(user: string | undefined): Promise<void> {
  if (user === undefined || user === userInfo().username) return;
  throw new PhaseFailure(
    "CLIENT_ERROR",
    (await isKnown(user)) ? `run-as: user ${user} cannot be used on this worker` : `unknown user ${user}`,
  );
}

/** Asked of the system's own tool: users may come from elsewhere than /etc/passwd. */
async function isKnown(user: string): Promise<boolean> {
  try {
    await promisify(execFile)("id", ["-u", "--", user]);
    return true;
  } catch {
    return false;
  }
}
