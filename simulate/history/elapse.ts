/** Time passes, or jumps: leases end, timers fire. */
import type { Timer } from "../../src/core/engine/index.ts";
import type { Fault } from "../faults.ts";
import { fire, timersOf } from "../model/time.ts";
import { loseWork } from "../model/work.ts";
import type { System } from "../system.ts";
import { modelTimerName, timerName } from "./compare-waiting.ts";
import { deliver } from "./deliver.ts";
import { Difference } from "./difference.ts";
import type { Step } from "./step.ts";
import type { Track } from "./track.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const JUMPS = [15_000, MINUTE, 5 * MINUTE, 20 * MINUTE, 61 * MINUTE, DAY, 31 * DAY, -7 * MINUTE];

export async function elapse(system: System, tracks: readonly Track[], step: Step): Promise<void> {
  system.now += JUMPS[step.how] ?? 0;
  for (const { model } of tracks) model.clock = system.now;
  await endLeases(system, tracks, step.fault);
  await fireTimers(system, tracks, step.fault);
}

/** One transaction each, in the order in which they are found; what a fault kept from ending is still there. */
async function endLeases(system: System, tracks: readonly Track[], fault: Fault | undefined): Promise<void> {
  const rows = await overdueLeases(system);
  await deliver(system, fault, () => system.jobs.expireLeases());
  const left = new Set((await overdueLeases(system)).map(({ id }) => id));
  for (const { id, status } of rows.filter((row) => !left.has(row.id))) {
    const track = tracks.find(({ jobs }) => jobs.has(id));
    const known = track?.jobs.get(id);
    if (track === undefined || known === undefined) {
      throw new Difference("a job that nobody knows", id, undefined);
    }
    if (known.job.end !== undefined) continue;
    if (status === "Dispatched") {
      if (known.nonce !== undefined) known.dead.push(known.nonce);
      known.nonce = undefined;
      known.job.status = "Queued";
      known.job.leaseUntil = undefined;
    } else loseWork(track.model, known.place);
  }
}

function overdueLeases({ store, now }: System) {
  return store.read
    .selectFrom("job")
    .select(["id", "status"])
    .where("lease_until", "is not", null)
    .where("ended", "is", null)
    .where("lease_until", "<=", now)
    .orderBy("lease_until")
    .execute();
}

async function fireTimers(system: System, tracks: readonly Track[], fault: Fault | undefined): Promise<void> {
  const rows = await dueTimers(system);
  await deliver(system, fault, () => system.commands.fireTimers());
  const left = new Set((await dueTimers(system)).map(({ id }) => id));
  for (const row of rows.filter(({ id }) => !left.has(id))) {
    const timer = JSON.parse(row.timer) as Timer;
    const track = tracks.find((one) => one.execution(timer.executionId) !== undefined);
    if (track === undefined) throw new Difference("I29: a timer of nobody", timer, undefined);
    const name = timerName(track, timer);
    const known = timersOf(track.model).find((one) => modelTimerName(one) === name);
    // Gone meanwhile, by one that fired before.
    if (known !== undefined) fire(track.model, known);
  }
}

/** In the order in which they fire (E10.2). */
function dueTimers({ store, now }: System) {
  return store.read
    .selectFrom("timer")
    .selectAll()
    .where("due", "<=", now)
    .orderBy("due")
    .orderBy("id")
    .execute();
}
