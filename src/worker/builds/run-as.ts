import { userInfo } from "node:os";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * Commands run as the worker's own user, so that is the only one that `run-as` may name here (P3.24).
 *
 * @throws PhaseFailure CLIENT_ERROR for any other user
 */
export function checkRunAs(user: string | undefined): void {
  if (user === undefined || user === userInfo().username) return;
  throw new PhaseFailure("CLIENT_ERROR", `run-as: user ${user} cannot be used on this worker`);
}
