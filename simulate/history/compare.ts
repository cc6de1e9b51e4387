/** Whether the store says of a pipeline what the model says. */
import type {
  ExecutionState,
  PipelineState,
  RequestedCopy,
  StartedAction,
  StateChange,
  Timer,
} from "../../src/core/engine/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { ActionExecutionRow } from "../../src/core/store/tables/pipelines.ts";
import type { Execution, Job } from "../model/parts.ts";
import { copiesOf, placesOf, timersOf } from "../model/work.ts";
import { same } from "./difference.ts";
import type { Track } from "./track.ts";
import { seqOf, viewModel, viewStored } from "./views.ts";

export async function compare(store: Store, track: Track): Promise<void> {
  const { model } = track;
  const pipeline = await store.read
    .selectFrom("pipeline")
    .select(["id", "state", "version"])
    .where("account", "=", track.scope.account)
    .where("name", "=", track.name)
    .executeTakeFirstOrThrow();
  const executions = await store.read
    .selectFrom("execution")
    .select(["id", "seq", "status", "state"])
    .where("pipeline_id", "=", pipeline.id)
    .orderBy("seq")
    .execute();
  same(
    "executions",
    executions.map(({ seq }) => seq),
    model.executions.map(({ seq }) => seq),
  );
  same("current version", pipeline.version, model.current);
  const changed: Execution[] = [];
  for (const [index, row] of executions.entries()) {
    const execution = model.executions[index];
    if (execution === undefined) continue;
    track.ids.set(execution.seq, row.id);
    const known = track.seen.get(row.id);
    const state = known?.text === row.state ? known.state : (JSON.parse(row.state) as ExecutionState);
    track.seen.set(row.id, { text: row.state, state });
    if (known?.state !== state) changed.push(execution);
    same(`execution ${row.seq}`, viewStored(track, state), viewModel(track, execution));
    same(`status column of ${row.seq}`, row.status, state.status);
  }
  compareStages(track, JSON.parse(pipeline.state) as PipelineState);
  await compareEvents(store, track, pipeline.id);
  await compareActions(store, track, changed);
  await compareJobs(store, track, pipeline.id);
  await compareTimers(store, track, pipeline.id);
  await compareCopies(store, track, pipeline.id);
}

function compareStages(track: Track, { stages }: PipelineState): void {
  const { model } = track;
  for (const { name } of model.definition.stages) {
    const stage = stages[name];
    const flags = model.flags.get(name);
    same(
      `stage ${name}`,
      {
        inbound: stage?.inbound.enabled,
        outbound: stage?.outbound.enabled,
        lock: seqOf(track, stage?.lock),
        waiting: (stage?.waiting ?? []).map((id) => seqOf(track, id)),
      },
      {
        inbound: flags?.inbound,
        outbound: flags?.outbound,
        lock: model.holder(name)?.seq,
        waiting: model
          .waiting(name)
          .map(({ seq }) => seq)
          .sort((a, b) => a - b),
      },
    );
  }
}

/** Those since the last look, of each execution in order (E12.1, E12.5). */
async function compareEvents(store: Store, track: Track, pipelineId: string): Promise<void> {
  const rows = await store.read
    .selectFrom("event")
    .select(["position", "event"])
    .where("pipeline_id", "=", pipelineId)
    .where("position", ">", track.eventPosition)
    .orderBy("position")
    .execute();
  const numbers = new Map<string, string>();
  const stored = rows.map((row) => {
    const { level, state, stage, action, actionExecutionId, executionId } = JSON.parse(
      row.event,
    ) as StateChange;
    const seq = seqOf(track, executionId);
    if (level === "pipeline") return `${seq} pipeline ${state}`;
    if (level === "stage") return `${seq} stage ${stage} ${state}`;
    if (actionExecutionId !== undefined) numbers.set(actionExecutionId, "");
    return `${seq} action ${stage}/${action} ${state}`;
  });
  const told = track.model.events.slice(track.eventsTold).map((text) => text.replace(/#\d+/, ""));
  same("events", bySeq(stored), bySeq(told));
  track.eventsTold = track.model.events.length;
  track.eventPosition = rows.at(-1)?.position ?? track.eventPosition;
}

function bySeq(events: readonly string[]): unknown {
  return Object.groupBy(events, (text) => text.slice(0, text.indexOf(" ")));
}

/** What actions were told to do, of executions that have changed. */
async function compareActions(store: Store, track: Track, changed: readonly Execution[]): Promise<void> {
  const ids = changed.flatMap(({ seq }) => track.ids.get(seq) ?? []);
  if (ids.length === 0) return;
  const rows = await store.read
    .selectFrom("action_execution")
    .select(["id", "execution_id", "stage", "action", "attempt", "status", "input", "output"])
    .where("execution_id", "in", ids)
    .execute();
  for (const row of rows) {
    const place = `${seqOf(track, row.execution_id)}/${row.action}#${row.attempt}`;
    const { outputs = [] } = JSON.parse(row.output) as { outputs?: { key: string }[] };
    for (const { key } of outputs) {
      same("I23: an output key is written by one", track.keys.get(key) ?? place, place);
      track.keys.set(key, place);
    }
  }
  for (const row of rows) compareAction(track, row);
}

function compareAction(
  track: Track,
  row: Pick<ActionExecutionRow, "id" | "execution_id" | "stage" | "action" | "attempt" | "status" | "input">,
): void {
  const execution = track.execution(row.execution_id);
  const run = execution?.runs.find(({ stage }) => stage === row.stage);
  const attempt = run?.actions.get(row.action);
  if (execution === undefined || run === undefined || attempt?.number !== row.attempt) return;
  const place = `${execution.seq}/${row.action}#${row.attempt}`;
  same(`history row of ${place}`, row.status, attempt.status);
  if (attempt.approval && !track.approvals.has(row.id)) {
    track.approvals.set(row.id, { token: row.id, execution, run, action: row.action, attempt });
  }
  const { resolvedConfiguration, inputs } = JSON.parse(row.input) as StartedAction;
  same(`configuration of ${place}`, sorted(resolvedConfiguration), sorted(attempt.configuration));
  const makers = inputs.map(({ key }) => track.keys.get(key));
  same(`inputs of ${place}`, makers, attempt.inputs);
}

const sorted = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

async function compareJobs(store: Store, track: Track, pipelineId: string): Promise<void> {
  const rows = await store.read
    .selectFrom("job")
    .select([
      "id",
      "execution_id",
      "stage",
      "action",
      "status",
      "category",
      "owner",
      "nonce",
      "lease_until",
      "handed_out",
    ])
    .where("pipeline_id", "=", pipelineId)
    .where("ended", "is", null)
    .execute();
  const open = new Map<string, { place: ReturnType<typeof placesOf>[number]; job: Job }>();
  for (const execution of track.model.executions) {
    for (const run of execution.runs) {
      for (const place of placesOf(execution, run)) {
        const name = "action" in place ? place.action : `${place.rule} as rule`;
        const holder =
          "action" in place
            ? run.actions.get(place.action)
            : run.conditions.get(place.kind)?.rules.find((one) => one.name === place.rule);
        if (holder?.job !== undefined)
          open.set(`${execution.seq} ${run.stage} ${name}`, { place, job: holder.job });
      }
    }
  }
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
        nonce: undefined,
        dead: [],
        result: undefined,
      });
    }
  }
}

async function compareTimers(store: Store, track: Track, pipelineId: string): Promise<void> {
  const rows = await store.read
    .selectFrom("timer")
    .select("timer")
    .where("pipeline_id", "=", pipelineId)
    .execute();
  const stored = rows.map(({ timer }) => timerName(track, JSON.parse(timer) as Timer)).sort();
  same(
    "timers",
    stored,
    timersOf(track.model)
      .map((timer) => modelTimerName(timer))
      .sort(),
  );
}

/** I15: what is outstanding in the store is what jobs wait for. */
async function compareCopies(store: Store, track: Track, pipelineId: string): Promise<void> {
  const rows = await store.read
    .selectFrom("artifact_copy")
    .select("copy")
    .where("pipeline_id", "=", pipelineId)
    .execute();
  const stored = rows.map(({ copy }) => copyName(track, JSON.parse(copy) as RequestedCopy)).sort();
  same("copies", stored, [...copiesOf(track.model).keys()].sort());
}

export function copyName(
  track: Track,
  { executionId, stage, action, artifact }: Omit<RequestedCopy, "from" | "to">,
): string {
  return [seqOf(track, executionId), stage, action, artifact].join(" ");
}

const KINDS: Readonly<Record<Timer["kind"], string>> = {
  transitionWait: "transitionWait",
  actionTimeout: "timeout",
  approvalExpiry: "timeout",
  ruleTimeout: "timeout",
  jobDelay: "delay",
  windowOpens: "window",
};

export function timerName(track: Track, timer: Timer): string {
  const { kind, executionId, stage, due } = timer;
  const of = "rule" in timer ? timer.rule : "action" in timer ? timer.action : "";
  return `${KINDS[kind]} ${seqOf(track, executionId)} ${stage} ${of} ${due}`;
}

export function modelTimerName(timer: ReturnType<typeof timersOf>[number]): string {
  if (timer.kind === "transitionWait")
    return `transitionWait ${timer.execution.seq} ${timer.execution.waits?.stage}  ${timer.due}`;
  const { place } = timer;
  const of = "action" in place ? place.action : place.rule;
  return `${timer.kind} ${place.execution.seq} ${place.run.stage} ${of} ${timer.due}`;
}
