import type { ActionChange, StartedAction } from "../../src/core/engine/index.ts";
import { same } from "./difference.ts";
import type { Action, Part } from "./reads.ts";
import type { Track } from "./track.ts";
import { seqOf } from "./views.ts";

/** What the actions of executions were told to do. */
export function compareActions(track: Track, parts: readonly Part[]): void {
  const rows = parts.map(({ json }) => JSON.parse(json) as Action);
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

function compareAction(track: Track, row: Action): void {
  const execution = track.execution(row.execution_id);
  const run = execution?.runs.find(({ stage }) => stage === row.stage);
  const attempt = run?.actions.get(row.action);
  if (execution === undefined || run === undefined || attempt?.number !== row.attempt) return;
  const place = `${execution.seq}/${row.action}#${row.attempt}`;
  same(`history row of ${place}`, row.status, attempt.status);
  if (attempt.approval && !track.approvals.has(row.id)) {
    track.approvals.set(row.id, { token: row.id, execution, run, action: row.action, attempt });
  }
  if (attempt.error !== undefined) {
    const { error } = JSON.parse(row.output) as ActionChange;
    same(`error of ${place}`, error, attempt.error);
  }
  const { resolvedConfiguration, inputs } = JSON.parse(row.input) as StartedAction;
  same(`configuration of ${place}`, sorted(resolvedConfiguration), sorted(attempt.configuration));
  const makers = inputs.map(({ key }) => track.keys.get(key));
  same(`inputs of ${place}`, makers, attempt.inputs);
}

const sorted = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
