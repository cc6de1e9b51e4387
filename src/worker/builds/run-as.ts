import { userInfo } from "node:os";
import type { Executor } from "../sandbox/index.ts";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * Commands run as the worker's own user; bubblewrap shows it as root too, so that `root` works there (P3.24).
 *
 * @throws PhaseFailure CLIENT_ERROR for any other user
 */
export function checkRunAs(user: string | undefined, executor: Executor): void {
  if (user === undefined || user === userInfo().username) return;
  if (user === "root" && executor.name === "bubblewrap") return;
  throw new PhaseFailure("CLIENT_ERROR", `run-as: user ${user} cannot be used on this worker`);
}
