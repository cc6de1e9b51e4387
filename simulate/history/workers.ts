/** Job workers: quick, slow, doubtful of whether they were heard, and dead. */
import { POLLED } from "../pipelines/types.ts";
import type { System } from "../system.ts";
import { command, deliver } from "./deliver.ts";
import { Difference } from "./difference.ts";
import { invoke } from "./functions.ts";
import { acknowledgeWith, LEASE_MS, MADE_UP, tell } from "./one-job.ts";
import { pick, type Step } from "./step.ts";
import type { KnownJob, Track } from "./track.ts";

const ACKNOWLEDGEMENT_MS = 30_000;

/**
 * Takes up to `how` jobs of the account; what was handed out and not heard of is in doubt until its lease ends.
 *
 * @returns undefined where the fault came first
 */
export async function poll(
  system: System,
  tracks: readonly Track[],
  step: Step,
): Promise<readonly KnownJob[] | undefined> {
  const [{ scope } = { scope: undefined }] = tracks;
  if (scope === undefined) return [];
  const types =
    step.which % 3 === 0 ? [pick(POLLED, step.which >> 2) ?? POLLED[0]].flatMap((t) => t ?? []) : POLLED;
  const max = 1 + step.how;
  const { answer, failed, committed } = await deliver(system, step.fault, () =>
    system.jobs.poll(scope, { types, max }),
  );
  if (failed && committed === 0) return undefined;
  const taken: KnownJob[] = [];
  const rows = failed
    ? await system.store.read
        .selectFrom("job")
        .select(["id", "nonce"])
        .where("account", "=", scope.account)
        .where("status", "=", "Dispatched")
        .execute()
    : (answer ?? []).map(({ id, nonce = null }) => ({ id, nonce }));
  for (const { id, nonce } of rows) {
    const job = find(tracks, id);
    if (job.job.status === "Dispatched" && failed) continue;
    if (job.job.status !== "Queued") throw new Difference(`hand-out of ${id}`, "Dispatched", job.job.status);
    if (job.nonce !== undefined) job.dead.push(job.nonce);
    if (nonce !== null && job.dead.includes(nonce)) throw new Difference("I20: nonces", nonce, "a new one");
    job.nonce = failed ? undefined : (nonce ?? undefined);
    job.job.status = "Dispatched";
    job.job.handedOut = true;
    job.job.leaseUntil = system.now + ACKNOWLEDGEMENT_MS;
    taken.push(job);
  }
  return taken;
}

/** A quick worker: takes jobs and does them all, so that histories come far. */
export async function work(system: System, tracks: readonly Track[], step: Step): ReturnType<typeof poll> {
  const taken = await poll(system, tracks, step);
  for (const [index, known] of (taken ?? []).entries()) {
    const track = tracks.find(({ jobs }) => jobs.has(known.id));
    if (track === undefined) continue;
    const which = step.which + 2 * index;
    // One in many of them fails.
    const how = (step.which + index) % 17 === 0 ? 7 : 0;
    await (known.invokes ? invoke : tell)(system, track, known, { ...step, which, how });
  }
  return taken;
}

function find(tracks: readonly Track[], id: string): KnownJob {
  for (const { jobs } of tracks) {
    const job = jobs.get(id);
    if (job !== undefined) return job;
  }
  throw new Difference("a job that nobody knows", id, undefined);
}

/** Sometimes a job of long ago: its worker has slept, or the message has. */
function chosen(track: Track, step: Step): KnownJob | undefined {
  const all = [...track.jobs.values()];
  const open = all.filter(({ job }) => job.end === undefined && job.handedOut);
  return pick(step.how < 7 && open.length > 0 ? open : all.slice(-20), step.which);
}

export async function acknowledge(system: System, track: Track, step: Step): Promise<void> {
  const known = chosen(track, step);
  if (known === undefined) return;
  const nonce = (step.which % 7 === 0 ? known.dead.at(-1) : known.nonce) ?? MADE_UP;
  await acknowledgeWith(system, track, known, nonce, step.fault);
}

/** Renews the lease. */
export async function renew(system: System, track: Track, step: Step): Promise<void> {
  const known = chosen(track, step);
  if (known === undefined) return;
  const { job } = known;
  await command(
    system,
    step.fault,
    `renewal of ${known.id}`,
    () => system.jobs.extendLease(track.scope, known.id),
    () => {
      if (job.end === undefined && job.status === "InProgress" && job.leaseUntil !== undefined) {
        job.leaseUntil = system.now + LEASE_MS;
      }
      return undefined;
    },
  );
}

export async function report(system: System, track: Track, step: Step): Promise<void> {
  const known = chosen(track, step);
  // Functions take their time: from most nothing is heard yet.
  if (known === undefined || (known.job.replyBy !== undefined && step.which % 5 > 0)) return;
  await tell(system, track, known, step);
}
