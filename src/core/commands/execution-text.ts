import type { ExecutionState, StageRun } from "../engine/index.ts";

/**
 * An execution's state as JSON, its stage runs last. Stages that are over don't change any more, so that what a command
 * writes is worked out for the one it is about, however long the pipeline. States are never changed in place.
 */
export function executionText(execution: ExecutionState): string {
  const texts = Object.entries(execution.runs).map(
    ([stage, run]) => `${JSON.stringify(stage)}:${runText(run)}`,
  );
  const others = JSON.stringify({ ...execution, runs: undefined });
  return `${others.slice(0, -1)},"runs":{${texts.join(",")}}}`;
}

const kept = new WeakMap<StageRun, string>();

function runText(run: StageRun): string {
  const known = kept.get(run);
  if (known !== undefined) return known;
  const text = JSON.stringify(run);
  if (run.status !== "InProgress") kept.set(run, text);
  return text;
}
