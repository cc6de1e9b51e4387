import type { Model } from "../model/model.ts";
import type { Job } from "../model/parts.ts";
import { holderOf, type Place, placesOf } from "../model/work.ts";
import { same } from "./difference.ts";
import type { OpenJob, Part } from "./reads.ts";
import type { Track } from "./track.ts";
import { seqOf } from "./views.ts";

export function compareJobs(track: Track, parts: readonly Part[]): void {
  const rows = parts.map(({ json }) => JSON.parse(json) as OpenJob);
  const open = jobsOf(track.model);
  const stored = new Map(
    rows.map((row) => [
      `${seqOf(track, row.execution_id)} ${row.stage} ${row.action}${row.category === "Rule" ? " as rule" : ""}`,
      row,
    ]),
  );
  same("I15, I21: as many open jobs as places", rows.length, stored.size);
  same("open jobs", [...stored.keys()].sort(), [...open.keys()].sort());
  for (const [name, row] of stored) {
    const known = open.get(name);
    if (known === undefined) continue;
    const { place, job } = known;
    same(
      `job of ${name}`,
      [row.status, row.lease_until ?? undefined, row.handed_out === 1],
      [job.status, job.leaseUntil, job.handedOut],
    );
    same(
      `I20: a nonce of ${name}`,
      row.nonce !== null,
      row.status === "Dispatched" || row.status === "InProgress",
    );
    const before = track.jobs.get(row.id);
    if (before !== undefined) same(`I21: job ${row.id} stays what it is`, before.job === job, true);
    else {
      track.jobs.set(row.id, {
        id: row.id,
        place,
        job,
        builtIn: row.owner === "AWS",
        invokes: row.category === "Invoke",
        nonce: undefined,
        dead: [],
        result: undefined,
      });
    }
  }
}

/** Open jobs of the model, by where they are. */
function jobsOf(model: Model): Map<string, { readonly place: Place; readonly job: Job }> {
  const open = new Map<string, { place: Place; job: Job }>();
  for (const execution of model.executions) {
    for (const run of execution.runs) {
      for (const place of placesOf(execution, run)) {
        const name = "action" in place ? place.action : `${place.rule} as rule`;
        const job = holderOf(place)?.job;
        if (job !== undefined) open.set(`${execution.seq} ${run.stage} ${name}`, { place, job });
      }
    }
  }
  return open;
}
