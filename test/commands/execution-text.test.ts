import { expect, test } from "vitest";
import { executionText } from "../../src/core/commands/execution-text.ts";
import type { ExecutionState, StageRun } from "../../src/core/engine/index.ts";

const run = (status: StageRun["status"]): StageRun => ({
  status,
  startedAt: 1,
  actions: { 'a "quoted" action': { id: "1", status: "Succeeded", startedAt: 1, outputs: {} } },
  attempts: {},
  approvals: {},
  manualRetries: 0,
  automaticRetries: 0,
});

const execution: ExecutionState = {
  id: "e",
  seq: 1,
  version: 1,
  mode: "SUPERSEDED",
  type: "STANDARD",
  trigger: { type: "StartPipelineExecution", detail: 'who said "runs":{}' },
  revisions: {},
  startedAt: 1,
  updatedAt: 2,
  status: "InProgress",
  attempt: 1,
  runs: JSON.parse(
    `{"__proto__": ${JSON.stringify(run("Succeeded"))}, "a \\"b\\"": ${JSON.stringify(run("InProgress"))}}`,
  ),
  artifactRevisions: [],
  sourceRevisions: [],
};

test("an execution's text holds its state, and is as long as JSON that is written at once", () => {
  for (const state of [execution, { ...execution, runs: {} }]) {
    const text = executionText(state);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(state)));
    expect(text).toHaveLength(JSON.stringify(state).length);
  }
});

test("what changes in a stage afterwards is in the next text, also when a stage that was over goes on", () => {
  let state = execution;
  for (const status of ["Succeeded", "Failed", "InProgress", "Stopping", "Stopped"] as const) {
    state = { ...state, runs: { ...state.runs, build: run(status) } };
    expect(JSON.parse(executionText(state)).runs.build.status).toBe(status);
    expect(executionText(state)).toBe(executionText(state));
  }
});
