/** Scenarios of semantics.md about conditions and their rules. */
import { expect, test } from "vitest";
import type { ActionDefinition } from "../../../src/core/engine/index.ts";
import { type Options, rule, variableCheck } from "../support/definitions.ts";
import { Driver, reportOf } from "../support/driver.ts";
import { MINUTE } from "../support/pipeline.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

const stages = { S: "s", B: "b", D: "d" };

function toD(p: Driver, n: number): void {
  p.start();
  p.ok("s", n);
  p.ok("b", n);
}

test("T12 an entry condition skips its stage", () => {
  const artifact: Partial<ActionDefinition> = { outputs: [{ name: "Site" }] };
  const p = new Driver(
    { S: "s", B: "b", D: "d", E: "e | f" },
    {
      variables: [{ name: "Env" }],
      actions: { d: artifact, e: { inputs: ["Site"] } },
      conditions: {
        D: { beforeEntry: { result: "SKIP", rules: [variableCheck("Prod", "#{variables.Env}", "prod")] } },
      },
    },
  );
  p.start({ variables: { Env: "dev" } });
  p.ok("s");
  p.ok("b");
  expect(p.verdict("D", 1, "BEFORE_ENTRY")).toBe("Failed (Failed)");
  expect([p.runStatus("D", 1), p.at(1)]).toEqual(["Skipped", "@E"]);
  expect(p.actionStatus("E", "e", 1)).toBe("Failed");
  const e = [...p.history.values()].find(({ action }) => action === "e")!;
  expect(e.end?.error).toEqual({
    code: "ConfigurationError",
    message: "Input artifact 'Site' of action 'e' was not produced in this execution.",
  });
  p.ok("f");
  expect(p.refusal(p.overriding("D", 1, "BEFORE_ENTRY")).code).toBe("ConditionNotOverridable");
  expect(p.refusal(p.retrying("D", 1)).code).toBe("StageNotRetryable");
  expect(p.refusal(p.rollingBack("D", 1))).toMatchObject({
    code: "UnableToRollbackStage",
    because: "notSucceeded",
  });
});

const alarm: Options = {
  conditions: {
    D: {
      onSuccess: {
        result: "ROLLBACK",
        rules: [rule("Alarm", "CloudWatchAlarm", { configuration: { AlarmName: "errors", WaitTime: "60" } })],
      },
    },
  },
};

function alarmed(): Driver {
  const p = new Driver(stages, alarm);
  toD(p, 1);
  p.ok("d");
  p.ok("Alarm");
  expect(p.at(1)).toBe("Succeeded");
  toD(p, 2);
  p.ok("d");
  expect([p.verdict("D", 2, "ON_SUCCESS"), p.state.stages.D?.lock]).toEqual([
    "InProgress (InProgress)",
    p.e(2),
  ]);
  return p;
}

test("T15 an alarm after success rolls the stage back", () => {
  const p = alarmed();
  p.now += 20 * MINUTE;
  p.fail("Alarm");
  expect([p.verdict("D", 2, "ON_SUCCESS"), p.runStatus("D", 2), p.at(2), p.at(3)]).toEqual([
    "Failed (Failed)",
    "Failed",
    "Failed",
    "@D",
  ]);
  expect(p.executions.get(p.e(3))?.rollbackTarget).toBe(p.e(1));
  expect(p.refusal(p.overriding("D", 2, "ON_SUCCESS")).code).toBe("NotLatestPipelineExecution");
});

test("T15 variant: an override ends the waiting, and the late result does nothing", () => {
  const p = alarmed();
  p.now += 10 * MINUTE;
  const late = p.job("Alarm");
  p.run(p.overriding("D", 2, "ON_SUCCESS"));
  expect([p.verdict("D", 2, "ON_SUCCESS"), p.runStatus("D", 2), p.at(2)]).toEqual([
    "Overridden (Abandoned)",
    "Succeeded",
    "Succeeded",
  ]);
  expect([p.jobs.get(late.id)?.state, p.timers.size]).toEqual(["ended", 0]);
  const report = {
    type: "jobFailed",
    ...reportOf(late),
    error: { code: "JobFailed", message: "ALARM" },
  } as const;
  expect(p.refusal(report)).toEqual({ code: "JobNotOpen", jobId: late.id });
});

const gated: Options = {
  conditions: { D: { beforeEntry: { result: "FAIL", rules: [rule("Gate")] } } },
};

function refusedAtD(): Driver {
  const p = new Driver(stages, gated);
  toD(p, 1);
  expect([p.at(1), p.history.size]).toEqual(["@D", 2]);
  p.fail("Gate");
  expect([p.runStatus("D", 1), p.at(1), p.state.stages.D?.lock, p.history.size]).toEqual([
    "Failed",
    "Failed",
    undefined,
    2,
  ]);
  return p;
}

test("T16 an override revives what its entry condition had failed", () => {
  const p = refusedAtD();
  p.run(p.overriding("D", 1, "BEFORE_ENTRY"));
  expect([p.at(1), p.verdict("D", 1, "BEFORE_ENTRY")]).toEqual(["@D", "Overridden (Failed)"]);
  expect(p.story().slice(-3)).toEqual(["pipeline RESUMED", "stage D RESUMED", "action d STARTED"]);
  expect(p.rules.size).toBe(1);
  p.ok("d");
  expect(p.at(1)).toBe("Succeeded");
});

test("T16 variant: a retry asks the rule again first", () => {
  const p = refusedAtD();
  p.run(p.retrying("D", 1));
  expect([p.verdict("D", 1, "BEFORE_ENTRY"), p.history.size]).toEqual(["InProgress (InProgress)", 2]);
  p.ok("Gate");
  expect(p.actionStatus("D", "d", 1)).toBe("InProgress");
});

test("T16 variant: once another has entered, neither override nor retry is possible", () => {
  const p = refusedAtD();
  toD(p, 2);
  expect(p.at(2)).toBe("@D");
  expect(p.refusal(p.overriding("D", 1, "BEFORE_ENTRY")).code).toBe("NotLatestPipelineExecution");
  expect(p.refusal(p.retrying("D", 1)).code).toBe("NotLatestPipelineExecution");
});

const WINDOW = { Cron: "0 * 9-16 ? * MON-FRI *", TimeZone: "America/New_York" };
const windowed: Options = {
  conditions: {
    D: {
      beforeEntry: { result: "FAIL", rules: [rule("Hours", "DeploymentWindow", { configuration: WINDOW })] },
    },
  },
};
/** Friday, 9 January 2026, 17:30 in New York. */
const FRIDAY = Date.UTC(2026, 0, 9, 22, 30);
const SATURDAY = Date.UTC(2026, 0, 10, 15);
const MONDAY = Date.UTC(2026, 0, 12, 14);

function awaitingMonday(): Driver {
  const p = new Driver(stages, windowed);
  p.now = FRIDAY;
  toD(p, 1);
  expect([p.state.stages.D?.lock, p.verdict("D", 1, "BEFORE_ENTRY")]).toEqual([
    p.e(1),
    "InProgress (InProgress)",
  ]);
  const window = [...p.timers.values()].find(({ kind }) => kind === "windowOpens");
  expect(window?.due).toBe(MONDAY);
  toD(p, 2);
  expect([p.at(1), p.at(2)]).toEqual(["@D", ">D"]);
  return p;
}

test("T31 a deployment window opens on Monday", () => {
  const p = awaitingMonday();
  p.now = MONDAY;
  p.fireDue();
  expect([p.verdict("D", 1, "BEFORE_ENTRY"), p.actionStatus("D", "d", 1)]).toEqual([
    "Succeeded (Succeeded)",
    "InProgress",
  ]);
});

test("T31 variant: an override on Saturday", () => {
  const p = awaitingMonday();
  p.now = SATURDAY;
  p.run(p.overriding("D", 1, "BEFORE_ENTRY"));
  expect([p.verdict("D", 1, "BEFORE_ENTRY"), p.actionStatus("D", "d", 1)]).toEqual([
    "Overridden (Abandoned)",
    "InProgress",
  ]);
  expect(
    [...p.timers.values()].filter(({ kind }) => kind === "windowOpens" || kind === "ruleTimeout"),
  ).toEqual([]);
});

test("T31 variant: a stop on Saturday lets the next wait for the window in its place", () => {
  const p = awaitingMonday();
  p.now = SATURDAY;
  p.run(p.stopping(1));
  expect([p.at(1), p.at(2)]).toEqual(["Stopped", "@D"]);
  expect([p.verdict("D", 1, "BEFORE_ENTRY"), p.verdict("D", 2, "BEFORE_ENTRY")]).toEqual([
    "Abandoned (Abandoned)",
    "InProgress (InProgress)",
  ]);
  const windows = [...p.timers.values()].filter(({ kind }) => kind === "windowOpens");
  expect(windows.map(({ executionId, due }) => [executionId, due])).toEqual([[p.e(2), MONDAY]]);
});

test("T31 variant: a server that was down when the window opened", () => {
  const p = awaitingMonday();
  p.now = MONDAY + 60 * MINUTE;
  p.fireDue();
  expect([p.verdict("D", 1, "BEFORE_ENTRY"), p.at(1)]).toEqual(["Succeeded (Succeeded)", "@D"]);
});
