/** The invariants of semantics.md that hold after every command, as far as the engine decides them. */
import { expect } from "vitest";
import type { ExecutionState, StageRun } from "../../../src/core/engine/index.ts";
import type { TestPipeline } from "./pipeline.ts";

const active = (run: StageRun | undefined): run is StageRun =>
  run?.status === "InProgress" || run?.status === "Stopping";
const live = ({ status }: ExecutionState) => status === "InProgress" || status === "Stopping";
const locked = ({ mode }: ExecutionState) => mode !== "PARALLEL";

export function checkInvariants(p: TestPipeline): void {
  const executions = [...p.executions.values()];
  checkLocksAndPlaces(p, executions);
  for (const execution of executions) checkExecution(p, execution);
  checkJobsAndTimers(p, executions);
  checkHistory(p);
}

function checkLocksAndPlaces(p: TestPipeline, executions: readonly ExecutionState[]): void {
  const names = new Set(
    executions.flatMap(({ runs }) => Object.keys(runs)).concat(Object.keys(p.state.stages)),
  );
  for (const stage of names) {
    const holders = executions.filter((e) => locked(e) && active(e.runs[stage])).map(({ id }) => id);
    expect(holders.length, "I1 one locked execution per stage").toBeLessThanOrEqual(1);
    expect(p.state.stages[stage]?.lock, "I2 the lock is held by who is in the stage").toBe(holders[0]);
    const waiting = executions.filter((e) => e.waitingBefore?.stage === stage);
    expect([...(p.state.stages[stage]?.waiting ?? [])].sort(), "I3 the line is who waits").toEqual(
      waiting.map(({ id }) => id).sort(),
    );
    const places = waiting.filter(({ mode }) => mode === "SUPERSEDED");
    expect(places.length, "I4 one place before a stage").toBeLessThanOrEqual(1);
    for (const e of waiting) {
      const held = locked(e) && p.state.stages[stage]?.lock !== undefined;
      expect(held || isHeldBack(p, e, stage), `I5 ${e.id} waits before ${stage} for a reason`).toBe(true);
      expect(e.waitingBefore?.timer !== undefined, "E2.9 a timer runs while the boundary is disabled").toBe(
        isHeldBack(p, e, stage),
      );
    }
  }
  const current = p.definitions.get(p.state.currentVersion)!.stages.map(({ name }) => name);
  for (const [stage, { lock }] of Object.entries(p.state.stages)) {
    expect(
      lock !== undefined || current.includes(stage),
      `E11.6 of removed ${stage} only a lock is kept`,
    ).toBe(true);
  }
  for (const version of p.definitions.keys()) {
    for (const stage of names) {
      const entered = executions
        .filter((e) => locked(e) && e.version === version && e.runs[stage] !== undefined)
        .sort((a, b) => a.runs[stage]!.startedAt - b.runs[stage]!.startedAt || a.seq - b.seq);
      const order = entered.map(({ seq }) => seq);
      expect(order, "I6 first entries in order of seq").toEqual([...order].sort((a, b) => a - b));
    }
  }
}

/** Whether a flag of the boundary before a stage is disabled, as the execution sees it (E2.3, E11.6). */
export function isHeldBack(p: TestPipeline, { version }: ExecutionState, stage: string): boolean {
  const current = p.definitions.get(p.state.currentVersion)!;
  if (!current.stages.some(({ name }) => name === stage)) return false;
  const stages = p.definitions.get(version)!.stages;
  const before = stages[stages.findIndex(({ name }) => name === stage) - 1]?.name;
  return (
    p.state.stages[stage]?.inbound.enabled === false ||
    (before !== undefined && p.state.stages[before]?.outbound.enabled === false)
  );
}

function checkExecution(p: TestPipeline, e: ExecutionState): void {
  const { stages } = p.definitions.get(e.version)!;
  const runs = stages.map(({ name }) => e.runs[name]);
  const inside = runs.filter(active);
  if (live(e)) {
    expect(inside.length + (e.waitingBefore ? 1 : 0), "I3 a live execution is in one place").toBe(1);
  } else {
    expect([inside.length, e.waitingBefore], "I17 a terminal execution is nowhere").toEqual([0, undefined]);
  }
  if (e.status === "Superseded") {
    expect(e.mode, "I7 only SUPERSEDED supersedes").toBe("SUPERSEDED");
    const passed = ({ runs }: ExecutionState) =>
      Object.values(runs).filter(({ status }) => status === "Succeeded").length;
    const newer = [...p.executions.values()].filter(({ seq }) => seq > e.seq);
    expect(
      newer.some((other) => passed(other) >= passed(e)),
      "I7 a newer one came as far",
    ).toBe(true);
  }
  expect(e.status, "I9 the status follows from the parts").toBe(statusOf(e, runs));
  runs.forEach((run, index) => {
    if (run !== undefined && index > 0) {
      expect(runs[index - 1]?.status, "I10 a stage follows one that succeeded").toMatch(
        /^(Succeeded|Skipped)$/,
      );
    }
  });
  for (const { name, actions } of stages) {
    const run = e.runs[name];
    if (run === undefined) continue;
    const of = (action: string) => run.actions[action]?.status;
    for (const action of actions) {
      if (of(action.name) !== undefined) {
        const earlier = actions.filter(({ runOrder }) => runOrder < action.runOrder);
        expect(
          earlier.every((a) => of(a.name) === "Succeeded"),
          "I12 groups start in order",
        ).toBe(true);
      }
      if (of(action.name) === "InProgress")
        expect(active(run) && live(e), "I14 in progress in a live run").toBe(true);
    }
    if (run.status === "Succeeded") {
      expect(
        actions.every((a) => of(a.name) === "Succeeded"),
        "I19 Succeeded means all of it",
      ).toBe(true);
    }
    expect(run.startedAt, "I30 children lie within their parents").toBeGreaterThanOrEqual(e.startedAt);
  }
  const going = runs.some(
    (run) => run && Object.values(run.actions).some(({ status }) => status === "InProgress"),
  );
  expect(e.status === "Stopping", "I18 Stopping while an action of a stopped execution goes on").toBe(
    live(e) && e.stop !== undefined && going,
  );
  if (live(e)) expect(going || e.waitingBefore !== undefined, "I16 every live execution can move").toBe(true);
  const retries = runs.reduce((sum, run) => sum + (run ? run.manualRetries + run.automaticRetries : 0), 0);
  expect(e.attempt, "I34 attempt = 1 + retries").toBe(1 + retries);
  expect(e.updatedAt, "I30 start ≤ last update").toBeGreaterThanOrEqual(e.startedAt);
  expect(p.state.latestTime, "I30 nothing is later than the latest command").toBeGreaterThanOrEqual(
    e.updatedAt,
  );
}

/** E1.2, written from its table. */
function statusOf(e: ExecutionState, runs: readonly (StageRun | undefined)[]): string {
  const entered = runs.filter((run) => run !== undefined);
  const going = entered.some(({ actions }) =>
    Object.values(actions).some(({ status }) => status === "InProgress"),
  );
  const furthest = entered.at(-1);
  if (entered.length === 0 && e.status === "Failed") return "Failed"; // at once (E1.6)
  if (e.status === "Superseded") return "Superseded";
  if (e.stop !== undefined) return going ? "Stopping" : "Stopped";
  const done = runs.at(-1)?.status;
  if (done === "Succeeded" || done === "Skipped") return "Succeeded";
  if (e.status === "Cancelled" && (e.cutBy !== undefined || e.statusSummary !== undefined) && !going)
    return "Cancelled";
  if (furthest?.status === "Failed") return "Failed";
  return "InProgress";
}

function checkJobsAndTimers(p: TestPipeline, executions: readonly ExecutionState[]): void {
  const open = [...p.jobs.values()].filter(({ state }) => state === "open");
  const timers = [...p.timers.values()];
  let movers = 0;
  for (const e of executions) {
    for (const run of Object.values(e.runs)) {
      for (const action of Object.values(run.actions)) {
        const jobs = open.filter((job) => job.actionExecutionId === action.id);
        const clocks = timers.filter(
          (timer) =>
            (timer.kind === "actionTimeout" || timer.kind === "approvalExpiry") &&
            timer.actionExecutionId === action.id,
        );
        const moving = action.status === "InProgress";
        const approval = p.history.get(action.id)?.type.category === "Approval";
        expect(jobs.length, "I15 one open job for what is in progress").toBe(moving && !approval ? 1 : 0);
        expect(clocks.length, "I15 one time-out for what is in progress").toBe(moving ? 1 : 0);
        expect(jobs[0]?.id, "I15 the job that the state names").toBe(action.job?.id);
        movers += jobs.length;
      }
    }
  }
  expect(open.length, "I21 no job without its action").toBe(movers);
  const delays = timers.filter((timer) => timer.kind === "jobDelay");
  expect(delays.map(({ jobId }) => jobId).sort(), "I29 a delay belongs to a job that is Created").toEqual(
    open
      .filter(({ status }) => status === "Created")
      .map(({ id }) => id)
      .sort(),
  );
  for (const job of p.jobs.values()) {
    for (const input of job.work.inputs) {
      const producer = [...p.history.values()].find(
        ({ end, executionId }) =>
          executionId === job.executionId &&
          end?.status === "Succeeded" &&
          end.outputs?.some(({ key }) => key === input.key),
      );
      expect(producer, "I22 an input is an output of what succeeded before").toBeDefined();
    }
    expect(JSON.stringify(job.work.resolvedConfiguration), "I24 no reference is left").not.toContain("#{");
  }
  const owners = new Map<string, string>();
  for (const { actionExecutionId, work } of p.jobs.values()) {
    for (const { key } of work.outputs) {
      expect(owners.get(key) ?? actionExecutionId, "I23 a key is written by one").toBe(actionExecutionId);
      owners.set(key, actionExecutionId);
    }
  }
}

function checkHistory(p: TestPipeline): void {
  const folded = new Map<string, string>();
  const actionEnds = new Map<string, number>();
  for (const { level, state, executionId, stage, actionExecutionId = "" } of p.events) {
    const key = [level, executionId, level === "pipeline" ? "" : stage, actionExecutionId].join("/");
    if (level === "pipeline") {
      const before = folded.get(key);
      if (before === undefined) expect(state, "I27 the first event is STARTED").toBe("STARTED");
      else if (/SUCCEEDED|FAILED|STOPPED|CANCELED|SUPERSEDED/.test(before)) {
        expect(state, "I27 nothing after the end but RESUMED").toBe("RESUMED");
        expect(before, "I8 only what Failed or was Stopped is revived").toMatch(/FAILED|STOPPED/);
      }
    }
    if (level === "stage") {
      const before = folded.get(key);
      if (before === undefined) expect(state, "I8 a run begins once").toBe("STARTED");
      else expect(state, "I8 a run begins once").not.toBe("STARTED");
      if (/SUCCEEDED|CANCELED|SKIPPED/.test(before ?? "")) expect(state, "I8 ends are for good").toBe(before);
    }
    if (level === "action" && state !== "STARTED") actionEnds.set(key, (actionEnds.get(key) ?? 0) + 1);
    folded.set(key, state);
  }
  for (const count of actionEnds.values()) expect(count, "I26 one ending event").toBe(1);
  for (const e of p.executions.values()) {
    expect(folded.get(["pipeline", e.id, "", ""].join("/")), "I28 folded events give the status").toMatch(
      eventsOf[e.status]!,
    );
    for (const [stage, run] of Object.entries(e.runs)) {
      expect(folded.get(["stage", e.id, stage, ""].join("/")), "I28").toMatch(eventsOf[run.status]!);
    }
  }
  for (const { actionExecutionId, executionId, stage, end } of p.history.values()) {
    const key = ["action", executionId, stage, actionExecutionId].join("/");
    expect(actionEnds.get(key) ?? 0, "I26 an ending event iff it ended").toBe(end?.status ? 1 : 0);
  }
}

const eventsOf: Record<string, RegExp> = {
  InProgress: /STARTED|RESUMED/,
  Stopping: /STOPPING/,
  Succeeded: /SUCCEEDED/,
  Failed: /FAILED/,
  Stopped: /STOPPED/,
  Superseded: /SUPERSEDED/,
  Cancelled: /CANCELED/,
  Skipped: /SKIPPED/,
};
