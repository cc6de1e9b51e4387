/** Does to the system and to the model what a step says. */
import type { System } from "../system.ts";
import {
  answerApproval,
  deletePipeline,
  override,
  retry,
  rollBack,
  setTransition,
  start,
  stop,
  update,
} from "./callers.ts";
import { endCopy } from "./copies.ts";
import { elapse } from "./elapse.ts";
import { park } from "./functions.ts";
import type { Step } from "./step.ts";
import type { Track } from "./track.ts";
import { acknowledge, poll, renew, report, work } from "./workers.ts";

/** @returns the tracks that may have changed */
export async function take(system: System, tracks: Track[], step: Step): Promise<readonly Track[]> {
  const track = tracks[step.pipeline % tracks.length];
  if (track === undefined) throw new Error("a history needs a pipeline");
  const { what } = step;
  if (what < 10) await start(system, track, step);
  else if (what < 36) {
    const taken = await (what < 16 ? poll : work)(system, tracks, step);
    return taken === undefined ? tracks : tracks.filter(({ jobs }) => taken.some(({ id }) => jobs.has(id)));
  } else if (what < 43) await acknowledge(system, track, step);
  else if (what < 52 && (await endCopy(system, track, step))) return [track];
  else if (what < 68) await report(system, track, step);
  else if (what < 71) await park(system, track, step);
  else if (what < 73) await renew(system, track, step);
  else if (what < 80) await answerApproval(system, track, step);
  else if (what < 86) await stop(system, track, step);
  else if (what < 92) await retry(system, track, step);
  else if (what < 96) await rollBack(system, track, step);
  else if (what < 100) await override(system, track, step);
  else if (what < 105) await setTransition(system, track, step);
  else if (what < 113) {
    await elapse(system, tracks, step);
    return tracks;
  } else if (what < 115 || step.how < 6) await update(system, track, step);
  else await deletePipeline(system, tracks, track, step);
  return [track];
}
