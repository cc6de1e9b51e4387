/** The invariants of semantics.md that the store and the job keeper answer for, checked on all rows of a database. */
import { standingOf } from "../../src/core/commands/rows.ts";
import type { ExecutionState, Timer } from "../../src/core/engine/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { JobRow } from "../../src/core/store/tables/jobs.ts";
import type { ActionExecutionRow, ExecutionRow } from "../../src/core/store/tables/pipelines.ts";

export interface Snapshot {
  readonly history: ReadonlyMap<string, ActionExecutionRow>;
  readonly jobs: ReadonlyMap<string, JobRow>;
  readonly executions: ReadonlyMap<string, ExecutionRow>;
  readonly timers: readonly Timer[];
  readonly events: readonly string[];
}

export async function snapshot({ read }: Store): Promise<Snapshot> {
  const byId = <R extends { id: string }>(rows: R[]) => new Map(rows.map((row) => [row.id, row]));
  const timers = await read.selectFrom("timer").selectAll().orderBy("id").execute();
  const events = await read.selectFrom("event").select("event").orderBy("position").execute();
  return {
    history: byId(await read.selectFrom("action_execution").selectAll().orderBy("id").execute()),
    jobs: byId(await read.selectFrom("job").selectAll().orderBy("id").execute()),
    executions: byId(await read.selectFrom("execution").selectAll().orderBy("id").execute()),
    timers: timers.map((row) => JSON.parse(row.timer) as Timer),
    events: events.map((row) => row.event),
  };
}

const isOpen = (job: JobRow) => job.ended === null;

/** @returns what doesn't hold, in words */
export function violations(before: Snapshot, now: Snapshot): string[] {
  return [...movers(now), ...nonces(now), ...history(before, now), ...ends(now), ...standing(now)];
}

/** Other commands find executions by these columns: one that says less than the state is overlooked by them. */
function standing({ executions }: Snapshot): string[] {
  return [...executions.values()].flatMap(({ id, live, contending, state }) => {
    const expected = standingOf(JSON.parse(state) as ExecutionState);
    return live === expected.live && contending === expected.contending
      ? []
      : [`execution ${id} stands as live ${live}, contending ${contending}, and its state says otherwise`];
  });
}

function movers({ history, jobs, timers }: Snapshot): string[] {
  return [...history.values()].flatMap((action) => {
    const open = [...jobs.values()].filter((job) => job.action_execution_id === action.id && isOpen(job));
    const own = timers.filter(
      (timer) => "actionExecutionId" in timer && timer.actionExecutionId === action.id,
    );
    const kinds = own.map((timer) => timer.kind).sort();
    const said = `${action.action} (${action.status}) has ${open.length} open jobs and timers [${kinds}]`;
    const isApproval =
      (JSON.parse(action.input) as { type: { category: string } }).type.category === "Approval";
    if (action.status !== "InProgress") return open.length + own.length === 0 ? [] : [`I15: ended ${said}`];
    if (isApproval) {
      return open.length === 0 && kinds.join() === "approvalExpiry" ? [] : [`I15: approval ${said}`];
    }
    const expected = ["actionTimeout", ...open.flatMap(waitsFor)].join();
    return open.length === 1 && kinds.join() === expected ? [] : [`I15: ${said}`];
  });
}

/** What an open job waits for besides its worker: a delay; or its function, which no worker answers for any more (E10). */
function waitsFor({ status, category, lease_until: lease }: JobRow): Timer["kind"][] {
  if (status === "Created") return ["jobDelay"];
  return category === "Invoke" && status === "InProgress" && lease === null ? ["jobReply"] : [];
}

function nonces({ jobs }: Snapshot): string[] {
  return [...jobs.values()].flatMap(({ id, status, nonce }) =>
    (nonce !== null) === (status === "Dispatched" || status === "InProgress")
      ? []
      : [`I20: job ${id} is ${status} and has ${nonce === null ? "no" : "a"} live nonce`],
  );
}

function history(before: Snapshot, now: Snapshot): string[] {
  return [...before.history.values()].flatMap((row) => {
    const later = now.history.get(row.id);
    if (later === undefined) return [`I25: the row of ${row.action} vanished`];
    if (row.status === "InProgress" || JSON.stringify(row) === JSON.stringify(later)) return [];
    return [`I25: the row of ${row.action} changed after its end`];
  });
}

const ENDS = ["SUCCEEDED", "FAILED", "ABANDONED", "CANCELED"];

function ends({ history, jobs, events }: Snapshot): string[] {
  const ended = new Map<string, number>();
  for (const text of events) {
    const { level, state, actionExecutionId } = JSON.parse(text) as Record<string, string>;
    if (level !== "action" || actionExecutionId === undefined || !ENDS.includes(state ?? "")) continue;
    ended.set(actionExecutionId, (ended.get(actionExecutionId) ?? 0) + 1);
  }
  const wrongEnds = [...history.values()].flatMap(({ id, action, status }) => {
    const count = ended.get(id) ?? 0;
    return count === (status === "InProgress" ? 0 : 1)
      ? []
      : [`I21: ${action} is ${status} with ${count} ends`];
  });
  const orphans = [...jobs.values()].flatMap((job) =>
    history.has(job.action_execution_id) ? [] : [`I21: job ${job.id} belongs to no action execution`],
  );
  return [...wrongEnds, ...orphans];
}
