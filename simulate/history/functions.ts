/** Jobs that are brought to functions: once, twice, too late or never; and functions that answer, or don't (P7.3). */
import { park as parkModel } from "../model/functions.ts";
import type { System } from "../system.ts";
import { command } from "./deliver.ts";
import { acknowledgeWith, MADE_UP, tell } from "./one-job.ts";
import { pick, type Step } from "./step.ts";
import type { KnownJob, Track } from "./track.ts";

/** What a quick worker does with such a job, and what its function does at once. */
type Visit = (bring: () => Promise<void>, answer: (how: number) => Promise<void>) => Promise<unknown>;

/** By the numbers of `tell`: the last fails in one of two. */
const SUCCEED = 0;
const CONTINUE = 5;
const FAIL = 6;

/** Before it could say that it was brought there: the job comes again (E3.15). */
const lost: Visit = async () => undefined;
/** The function answers later, or never. */
const silent: Visit = (bring) => bring();
/** The worker isn't sure to have been heard. */
const twice: Visit = (bring) => bring().then(bring);
const quicker: Visit = (bring, answer) => answer(SUCCEED).then(bring);
const answered =
  (how: number): Visit =>
  (bring, answer) =>
    bring().then(() => answer(how));
const goesOn = answered(CONTINUE);

const VISITS: readonly Visit[] = [
  ...[lost, lost, lost],
  ...[silent, silent, silent, silent, silent, twice, twice],
  ...[answered(SUCCEED), answered(FAIL), goesOn, goesOn, goesOn, quicker],
];

export async function invoke(system: System, track: Track, known: KnownJob, step: Step): Promise<void> {
  await acknowledgeWith(system, track, known, known.nonce ?? MADE_UP, step.fault);
  const visit = pick(VISITS, step.which);
  await visit?.(
    () => say(system, track, known, step),
    (how) => tell(system, track, known, { ...step, how }),
  );
}

/** Mostly of a job that isn't parked yet; also again, of one that has ended, and of one that no function is to have. */
export async function park(system: System, track: Track, step: Step): Promise<void> {
  const all = [...track.jobs.values()];
  const open = all.filter(({ job, invokes }) => invokes && job.end === undefined);
  const parked = open.filter(({ job }) => job.replyBy !== undefined);
  const inHand = open.filter(({ job }) => job.status === "InProgress" && job.replyBy === undefined);
  const asked = step.how < 4 ? inHand : step.how < 6 ? parked : step.how < 7 ? open : all.slice(-20);
  const known = pick(asked, step.which);
  if (known !== undefined) await say(system, track, known, step);
}

/** That the job was brought to its function. */
async function say(system: System, track: Track, known: KnownJob, { fault }: Step): Promise<void> {
  track.model.clock = system.now;
  await command(
    system,
    fault,
    `parking of ${known.id}`,
    () => system.jobs.park(track.scope, known.id),
    () => (known.invokes ? parkModel(track.model, known.job) : "JobNotFound"),
  );
}
