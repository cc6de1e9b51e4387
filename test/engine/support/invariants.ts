/** The invariants of semantics.md that hold after every command, as far as the engine decides them. */
import { expect } from "vitest";
import type {
  ActionState,
  ExecutionState,
  RuleState,
  StageRun,
  Timer,
} from "../../../src/core/engine/index.ts";
import type { TestPipeline } from "./pipeline.ts";

const active = (run: StageRun | undefined): run is StageRun =>
  run?.status === "InProgress" || run?.status === "Stopping";
const live = ({ status }: ExecutionState) => status === "InProgress" || status === "Stopping";
const standard = ({ type }: ExecutionState) => type === "STANDARD";
const rulesOf = (run: StageRun): RuleState[] =>
  Object.values(run.conditions ?? {}).flatMap(({ rules }) => Object.values(rules));
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
        .filter((e) => locked(e) && standard(e) && e.version === version && e.runs[stage] !== undefined)
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
      Object.values(runs).filter(({ status }) => status === "Succeeded" || status === "Skipped").length;
    const newer = [...p.executions.values()].filter(({ seq }) => seq > e.seq);
    expect(
      newer.some((other) => passed(other) >= passed(e)),
      "I7 a newer one came as far",
    ).toBe(true);
  }
  expect(e.status, "I9 the status follows from the parts").toBe(statusOf(e, runs));
  runs.forEach((run, index) => {
    if (run !== undefined && index > 0 && standard(e)) {
      expect(runs[index - 1]?.status, "I10 a stage follows one that succeeded").toMatch(
        /^(Succeeded|Skipped)$/,
      );
    }
  });
  if (!standard(e)) {
    expect(Object.keys(e.runs).length, "I10 a ROLLBACK has one run").toBe(1);
    checkTarget(p, e, Object.keys(e.runs)[0]!);
  }
  for (const { name, actions, beforeEntry, onSuccess } of stages) {
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
      const asked = standard(e) && e.cutBy === undefined && onSuccess !== undefined;
      if (asked) {
        expect(run.conditions?.ON_SUCCESS?.status, "I19 and its success condition").toMatch(
          /^(Succeeded|Overridden)$/,
        );
      }
    }
    if (run.status === "Skipped") expect(run.actions, "I19 Skipped means nothing").toEqual({});
    checkConditions(e, run, beforeEntry !== undefined);
    expect(run.startedAt, "I30 children lie within their parents").toBeGreaterThanOrEqual(e.startedAt);
  }
  const going = runs.some(
    (run) => run && Object.values(run.actions).some(({ status }) => status === "InProgress"),
  );
  const asking = runs.some((run) => run && rulesOf(run).some(({ status }) => status === "InProgress"));
  expect(e.status === "Stopping", "I18 Stopping while an action of a stopped execution goes on").toBe(
    live(e) && e.stop !== undefined && going,
  );
  if (live(e))
    expect(going || asking || e.waitingBefore !== undefined, "I16 every live execution can move").toBe(true);
  const automatic = runs.map((run) => run?.automaticRetries ?? 0);
  const most = standard(e) ? 1 : 0;
  expect(Math.max(...automatic), "I34 at most one automatic retry in a run").toBeLessThanOrEqual(most);
  const resumed = p.events.filter(
    ({ level, state, executionId }) => level === "pipeline" && state === "RESUMED" && executionId === e.id,
  );
  const retries = automatic.reduce((sum, count) => sum + count, 0);
  expect(e.attempt, "I34 attempt = 1 + retries + revivals").toBe(1 + retries + resumed.length);
  expect(e.updatedAt, "I30 start ≤ last update").toBeGreaterThanOrEqual(e.startedAt);
  expect(p.state.latestTime, "I30 nothing is later than the latest command").toBeGreaterThanOrEqual(
    e.updatedAt,
  );
}

/** What a run's conditions may be while the run is what it is (E9.3, E9.6, E9.9). */
function checkConditions(e: ExecutionState, run: StageRun, entryDeclared: boolean): void {
  const states = Object.entries(run.conditions ?? {});
  if (!standard(e)) expect(states, "E8.7 a ROLLBACK meets no conditions").toEqual([]);
  for (const [kind, { status, rules, forgotten }] of states) {
    const of = Object.values(rules).map((rule) => rule.status);
    expect(of.includes("InProgress"), "E9.3 a condition is at work while a rule is").toBe(
      status === "InProgress",
    );
    if (status === "Succeeded") expect(new Set(of), "E9.3 all Succeeded").toEqual(new Set(["Succeeded"]));
    if (status === "Failed" || status === "Errored") expect(of, "E9.3 one Failed").toContain("Failed");
    if (status === "InProgress") {
      expect([forgotten, active(run), live(e)], "I14 at work in a live run").toEqual([undefined, true, true]);
      const going = Object.values(run.actions).some((action) => action.status === "InProgress");
      expect(going, `E9.9 ${kind} begins when no action is in progress`).toBe(false);
    }
  }
  expect(
    states.filter(([, { status }]) => status === "InProgress").length,
    "E9.9 one at a time",
  ).toBeLessThan(2);
  const passed = /^(Succeeded|Overridden)$/.test(run.conditions?.BEFORE_ENTRY?.status ?? "");
  if (entryDeclared && standard(e) && !passed) {
    expect(run.attempts, "E9.6 no action before the entry is passed").toEqual({});
  }
}

/** I33 */
function checkTarget(p: TestPipeline, e: ExecutionState, stage: string): void {
  const target = p.executions.get(e.rollbackTarget!)!;
  expect(
    [target.type, target.version, target.runs[stage]?.status],
    "I33 a target is STANDARD, of the same version, Succeeded there",
  ).toEqual(["STANDARD", e.version, "Succeeded"]);
  const others = [...p.executions.values()].filter(
    (other) => !standard(other) && locked(other) && live(other) && other.runs[stage] !== undefined,
  );
  if (locked(e)) expect(others.length, "I33 one live rollback of a stage").toBeLessThanOrEqual(1);
  const listed = p.state.stages[stage]?.rollbacks?.includes(e.id) ?? false;
  if (p.state.stages[stage] !== undefined && live(e) && locked(e)) {
    expect(listed, "E8.3 the stage knows it").toBe(true);
  }
  if (!live(e)) expect(listed, "E8.3 no longer").toBe(false);
  const failed = /"FailedPipelineExecutionId":"([^"]+)"/.exec(e.trigger.detail)?.[1];
  if (failed !== undefined) {
    expect(p.executions.get(failed)?.type, "I33 no rollback for a rollback").toBe("STANDARD");
  }
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
  const done = (standard(e) ? runs.at(-1) : furthest)?.status;
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
        checkReply(timers, action, moving);
        movers += jobs.length;
      }
    }
  }
  for (const e of executions) for (const run of Object.values(e.runs)) movers += checkRules(p, run);
  expect(open.length, "I21 no job without its action or rule").toBe(movers);
  checkCopies(p, executions);
  const jobsOf = (kind: "jobDelay" | "jobReply") =>
    timers.flatMap((timer) => (timer.kind === kind ? [timer.jobId] : []));
  const delayed = jobsOf("jobDelay");
  const waiting = new Set([...p.copies.values()].map(({ actionExecutionId }) => actionExecutionId));
  for (const { id, status, actionExecutionId } of open) {
    const held = delayed.includes(id) || waiting.has(actionExecutionId);
    expect(status, "E3.9 Created while copies or a delay are outstanding").toBe(held ? "Created" : "Queued");
  }
  for (const id of [...delayed, ...jobsOf("jobReply")]) {
    expect(p.jobs.get(id)?.state, "I29 a delay or a reply belongs to an open job").toBe("open");
  }
  for (const job of p.jobs.values()) {
    const target = p.executions.get(job.executionId)?.rollbackTarget;
    for (const input of job.work.inputs) {
      const copy = p.everCopied.get(input.key);
      if (copy !== undefined && job.status === "Queued") {
        expect(p.copied.get(input.key)?.id, "I22 a copy is finished before the job is handed out").toBe(
          copy.id,
        );
      }
      expect(input.region, "E3.7 inputs are in the region").toBe(job.work.region);
      const producer = [...p.history.values()].find(
        ({ end, executionId }) =>
          (executionId === job.executionId || executionId === target) &&
          end?.status === "Succeeded" &&
          end.outputs?.some(({ key }) => key === (copy?.from ?? input).key),
      );
      expect(producer, "I22 an input is an output of what succeeded before").toBeDefined();
    }
    expect(JSON.stringify(job.work.resolvedConfiguration), "I24 no reference is left").not.toContain("#{");
  }
  const owners = new Map<string, string>();
  for (const { actionExecutionId, work } of p.jobs.values()) {
    for (const { key } of work.outputs) {
      expect(p.copied.has(key), "I23 nor is a copy").toBe(false);
      expect(owners.get(key) ?? actionExecutionId, "I23 a key is written by one").toBe(actionExecutionId);
      owners.set(key, actionExecutionId);
    }
  }
}

/** I15, I29: while a function has the job of what is in progress, one timer runs until its answer, and no other does. */
function checkReply(timers: readonly Timer[], { id, job }: ActionState, moving: boolean): void {
  const replies = timers.filter((timer) => timer.kind === "jobReply" && timer.actionExecutionId === id);
  expect(
    replies.map((timer) => timer.id),
    "I15 a timer of the job that is parked",
  ).toEqual(moving && job?.replyTimer !== undefined ? [job.replyTimer] : []);
  for (const timer of replies) {
    expect("jobId" in timer && timer.jobId, "I29 it belongs to the open job").toBe(job?.id);
  }
}

/** I15: what is outstanding is what the state of somebody in progress says. */
function checkCopies(p: TestPipeline, executions: readonly ExecutionState[]): void {
  const runs = executions.flatMap((execution) => Object.values(execution.runs));
  const takers = runs.flatMap((run) => [...Object.values(run.actions), ...rulesOf(run)]);
  const held = takers.flatMap(({ status, copies = [] }) => {
    expect(status === "InProgress" || copies.length === 0, "I15 who has ended copies nothing").toBe(true);
    return copies.filter(({ done }) => !done).map(({ id }) => id);
  });
  expect([...p.copies.keys()].sort(), "I15 copies that are outstanding").toEqual(held.sort());
}

/** @returns how many of a run's rules have an open job */
function checkRules(p: TestPipeline, run: StageRun): number {
  let jobs = 0;
  for (const rule of rulesOf(run)) {
    const moving = rule.status === "InProgress";
    const open = [...p.jobs.values()].filter(
      (job) => job.state === "open" && job.actionExecutionId === rule.id,
    );
    const clocks = [...p.timers.values()].flatMap((timer) =>
      "ruleExecutionId" in timer && timer.ruleExecutionId === rule.id ? [timer.kind] : [],
    );
    expect(
      open.map(({ id }) => id),
      "I15 the job that the state names",
    ).toEqual(rule.job ? [rule.job.id] : []);
    expect(clocks.filter((kind) => kind === "ruleTimeout").length, "I15 one time-out").toBe(moving ? 1 : 0);
    const movers = open.length + clocks.filter((kind) => kind === "windowOpens").length;
    expect(movers, "I15 one mover for a rule in progress").toBe(moving ? 1 : 0);
    expect(p.rules.get(rule.id)?.end?.status ?? "InProgress", "E9.5 the history row").toBe(rule.status);
    jobs += open.length;
  }
  return jobs;
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
