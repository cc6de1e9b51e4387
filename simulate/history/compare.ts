/** Whether the store says of a pipeline what the model says. */
import type { ExecutionState, PipelineState } from "../../src/core/engine/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import type { Execution } from "../model/parts.ts";
import { compareActions } from "./compare-actions.ts";
import { compareEvents } from "./compare-events.ts";
import { compareJobs } from "./compare-jobs.ts";
import { compareCopies, compareTimers } from "./compare-waiting.ts";
import { same } from "./difference.ts";
import { partsSince } from "./reads.ts";
import type { Track } from "./track.ts";
import { seqOf, viewModel, viewStored } from "./views.ts";

/** After a step: what the store changed, and whatever the model has that isn't over. @throws Difference */
export function compare(store: Store, track: Track): Promise<void> {
  return compareSince(store, track, track.command);
}

/** At a history's end: everything. @throws Difference */
export function compareAll(store: Store, track: Track): Promise<void> {
  return compareSince(store, track, -1);
}

async function compareSince(store: Store, track: Track, command: number): Promise<void> {
  const { model, scope, name } = track;
  const parts = await partsSince(store.read, {
    account: scope.account,
    name,
    command,
    position: track.eventPosition,
  });
  const {
    pipeline: [pipeline] = [],
    execution = [],
    action = [],
    job = [],
    event = [],
    timer = [],
    copy = [],
  } = Object.groupBy(parts, ({ kind }) => kind);
  if (pipeline === undefined) throw new Error(`there is no pipeline ${name}`);
  same("current version", pipeline.number, model.current);
  for (const row of execution) {
    track.remember(row.number, row.id);
    track.command = Math.max(track.command, row.command);
    const state = JSON.parse(row.json) as ExecutionState;
    track.states.set(row.number, state);
    same(`status column of ${row.number}`, row.status, state.status);
  }
  same("executions", track.states.size, model.executions.length);
  const changed = new Set(execution.map(({ number }) => number));
  for (const one of model.executions) {
    if (changed.has(one.seq) || model.isLive(one)) compareExecution(track, one);
  }
  compareStages(track, JSON.parse(pipeline.json) as PipelineState);
  compareEvents(track, pipeline.id, event);
  compareActions(track, action);
  compareJobs(track, job);
  compareTimers(track, timer);
  compareCopies(track, copy);
}

function compareExecution(track: Track, execution: Execution): void {
  const state = track.states.get(execution.seq);
  same(`execution ${execution.seq}`, state && viewStored(track, state), viewModel(track, execution));
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
