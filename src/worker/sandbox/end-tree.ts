import { setTimeout as sleep } from "node:timers/promises";
import { ProviderError } from "../provider.ts";
import type { ControlGroup } from "./control-group/control-group.ts";
import { livingProcesses, type TreeMarks } from "./processes.ts";

const GRACE_MS = 5_000;
const KILL_MS = 10_000;
const LOOK_AGAIN_MS = 20;

/**
 * Ends every process of a job: SIGTERM, up to 5 s, then SIGKILL until none is left (P10.7). At once when there is
 * none.
 *
 * @throws ProviderError SystemUnavailable when processes outlive 10 s of SIGKILL
 */
export async function endTree(marks: TreeMarks, group: ControlGroup | undefined): Promise<void> {
  const living = () => [...new Set([...livingProcesses(marks), ...(group?.processes() ?? [])])];
  if (living().length === 0) return;
  if (await endWith("SIGTERM", GRACE_MS, { once: true })) return;
  group?.forbidNew();
  if (await endWith("SIGKILL", KILL_MS, { once: false })) return;
  throw new ProviderError("SystemUnavailable", "processes of the job could not be ended");

  async function endWith(signal: NodeJS.Signals, withinMs: number, { once }: { once: boolean }) {
    const deadline = Date.now() + withinMs;
    for (let round = 0; ; round += 1) {
      const pids = living();
      if (pids.length === 0) return true;
      if (Date.now() > deadline) return false;
      if (round === 0 || !once) {
        // Whole groups first: no member of one can slip through by forking meanwhile.
        for (const pgid of marks.groups) send(-pgid, signal);
        for (const pid of pids) send(pid, signal);
      }
      // Most go within a millisecond or two.
      await sleep(Math.min(2 ** round, LOOK_AGAIN_MS));
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone meanwhile, which is what was wanted.
  }
}
