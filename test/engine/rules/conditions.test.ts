/** Rules E9 of semantics.md that no scenario tells, and what E6, E7, E10 and E11 say of conditions. */
import { describe, expect, test } from "vitest";
import type { ConditionKind, RuleDefinition } from "../../../src/core/engine/index.ts";
import { type Options, rule, variableCheck } from "../support/definitions.ts";
import { Driver, reportOf } from "../support/driver.ts";
import { DAY, MINUTE } from "../support/pipeline.ts";

const stages = { S: "s", B: "b", D: "d" };
type Members = NonNullable<Options["conditions"]>[string];

/** A pipeline whose stage B has these conditions; e1 is about to enter it. */
function atB(B: Members, options: Options = {}): Driver {
  const p = new Driver(stages, { ...options, conditions: { B } });
  p.start();
  p.ok("s");
  return p;
}

const entry = (...rules: RuleDefinition[]): Members => ({ beforeEntry: { result: "FAIL", rules } });
const success = (...rules: RuleDefinition[]): Members => ({ onSuccess: { result: "FAIL", rules } });
const failure = (...rules: RuleDefinition[]): Members => ({
  onFailure: { condition: { result: "ROLLBACK", rules } },
});
const passes = variableCheck("Passes", "a", "a");
const fails = variableCheck("Fails", "a", "b");

describe("E9.2 to E9.5 rules and conditions", () => {
  test("E9.2 all rules start together; each is decided once", () => {
    const p = atB(entry(rule("One"), passes, rule("Two")));
    expect([...p.rules.values()].map((row) => [row.rule, row.startedAt])).toEqual(
      ["One", "Passes", "Two"].map((name) => [name, p.now]),
    );
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("InProgress (InProgress, Succeeded, InProgress)");
    p.ok("One");
    p.ok("Two");
    expect([p.verdict("B", 1, "BEFORE_ENTRY"), p.rules.size]).toEqual([
      "Succeeded (Succeeded, Succeeded, Succeeded)",
      3,
    ]);
  });

  test("E9.3 the first that fails decides, and the others are abandoned with their jobs and timers", () => {
    const p = atB(entry(rule("One"), rule("Two")));
    const two = p.job("Two");
    p.fail("One");
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Failed (Failed, Abandoned)");
    expect([p.jobs.get(two.id)?.state, p.timers.size]).toEqual(["ended", 0]);
  });

  test("E9.3 what fails at the start keeps the others from getting jobs", () => {
    const p = atB(entry(fails, rule("Never")));
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Failed (Failed, Abandoned)");
    expect([...p.jobs.values()].map(({ action }) => action)).toEqual(["s"]);
  });

  test.each<[string, RuleDefinition, string]>([
    ["a reference without value", variableCheck("R", "#{variables.Gone}", "a"), "could not be resolved"],
    ["bad configuration", rule("R", "VariableCheck"), "VariableCheck needs"],
    ["a missing rule type", rule("R", "Astrology"), "RuleType (Category: 'Rule', Provider: 'Astrology'"],
  ])("E9.5 %s makes the condition Errored, which counts as Failed", (_, broken, message) => {
    const p = new Driver(stages, { conditions: { B: entry(broken) } });
    p.missingTypes.add("Astrology");
    p.start();
    p.ok("s");
    const [row] = [...p.rules.values()];
    expect(row?.end?.error?.code).toBe("ConfigurationError");
    expect(row?.end?.error?.message).toContain(message);
    expect([p.verdict("B", 1, "BEFORE_ENTRY"), p.at(1)]).toEqual(["Errored (Failed)", "Failed"]);
  });

  test("E9.5, E9.14, E10 a rule that takes too long makes the condition Errored", () => {
    const p = atB(entry(rule("Slow", "LambdaInvoke", { timeoutMinutes: 9 })));
    const job = p.job("Slow");
    p.now += 9 * MINUTE - 1;
    p.fireDue();
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("InProgress (InProgress)");
    p.now += 1;
    p.fireDue();
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Errored (Failed)");
    expect([...p.rules.values()][0]?.end?.error).toEqual({
      code: "JobFailed",
      message: "The rule timed out after 9 minutes.",
    });
    expect(p.refusal(p.success(job))).toEqual({ code: "JobNotOpen", jobId: job.id });
  });

  test.each<[string, Partial<RuleDefinition>, number]>([
    ["LambdaInvoke", {}, 60],
    ["Commands", {}, 60],
    ["CodeBuild", {}, 8 * 60],
    ["CloudWatchAlarm", { configuration: { AlarmName: "a", WaitTime: "25" } }, 85],
    ["CloudWatchAlarm", { configuration: { AlarmName: "a" } }, 60],
    ["DeploymentWindow", { configuration: { Cron: "0 0 0 1 1 ? *" } }, 30 * 24 * 60],
    ["CodeBuild", { timeoutMinutes: 5 }, 5],
  ])("E9.14 %s %j has %i minutes", (provider, change, minutes) => {
    const p = atB(entry(rule("R", provider, change)));
    const timer = [...p.timers.values()].find(({ kind }) => kind === "ruleTimeout");
    expect(timer?.due).toBe(p.now + minutes * MINUTE);
  });

  test("E9.15 a window that is open lets pass at once", () => {
    const p = atB(entry(rule("Hours", "DeploymentWindow", { configuration: { Cron: "0 * * * * ? *" } })));
    expect([p.actionStatus("B", "b", 1), p.verdict("B", 1, "BEFORE_ENTRY")]).toEqual([
      "InProgress",
      "Succeeded (Succeeded)",
    ]);
  });

  test("E9.5, E3.12 a rule's job may go on in another, with a delay", () => {
    const p = atB(entry(rule("Alarm", "CloudWatchAlarm")));
    const first = p.job("Alarm");
    const details = { summary: "OK so far" };
    const due = p.now + 60 * MINUTE;
    p.now += MINUTE;
    p.run({ type: "jobContinued", ...reportOf(first), details, continuationToken: "t", delay: MINUTE });
    // Jobs don't restart the rule's time-out (E10).
    expect([...p.timers.values()].find(({ kind }) => kind === "ruleTimeout")?.due).toBe(due);
    expect(p.job("Alarm")).toMatchObject({ status: "Created", continuationToken: "t" });
    p.now += MINUTE;
    p.fireDue();
    const second = p.job("Alarm");
    expect([second.status, second.actionExecutionId, second.work]).toEqual([
      "Queued",
      first.actionExecutionId,
      first.work,
    ]);
    p.ok("Alarm");
    expect(p.at(1)).toBe("@B");
    expect([...p.rules.values()][0]?.end).toMatchObject({ status: "Succeeded", summary: "OK so far" });
  });

  test("E9.5, E3.15 the third worker that is lost with a rule makes the condition Errored", () => {
    const p = atB(entry(rule("R")));
    for (let lost = 1; lost <= 3; lost++) p.run({ type: "jobLost", ...reportOf(p.job("R")) });
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("Errored (Failed)");
    expect([...p.rules.values()][0]?.end?.error).toEqual({
      code: "SystemUnavailable",
      message: "The worker running this rule was lost 3 times",
    });
  });

  test("E9.15 the job of a rule carries what it needs, and the kind of its condition", () => {
    const all: Members = {
      beforeEntry: {
        result: "FAIL",
        rules: [rule("In", "Commands", { commands: ["see #{codepipeline.PipelineExecutionId}"] })],
      },
      onSuccess: {
        result: "FAIL",
        rules: [rule("Out", "CloudWatchAlarm", { region: "eu-west-1", roleArn: "arn" })],
      },
    };
    const p = atB(all);
    const given = p.job("In").work;
    expect([given.condition, given.outputs, given.timeoutMinutes]).toEqual(["BEFORE_ENTRY", [], 60]);
    expect(given.commands).toEqual([
      {
        text: "see #{codepipeline.PipelineExecutionId}",
        values: { "#{codepipeline.PipelineExecutionId}": p.e(1) },
      },
    ]);
    p.ok("In");
    p.ok("b");
    expect(p.job("Out").work).toMatchObject({ condition: "ON_SUCCESS", region: "eu-west-1", roleArn: "arn" });
  });

  test("E9.10 rules find the artifacts and variables of what ran before, exit conditions their own stage's", () => {
    const code = { inputs: ["Code"], configuration: { of: "#{sourced.v}" } };
    const app = { inputs: ["App"], configuration: { of: "#{built.v}" } };
    const p = new Driver(stages, {
      actions: {
        s: { namespace: "sourced", outputs: [{ name: "Code" }] },
        b: { namespace: "built", outputs: [{ name: "App" }] },
      },
      conditions: {
        B: { ...entry(rule("In", "Commands", code)), ...success(rule("Out", "Commands", app)) },
      },
    });
    p.start();
    const s = p.ok("s", 1, { v: "1" });
    const asked = p.ok("In").work;
    expect([asked.inputs[0]?.key, asked.resolvedConfiguration]).toEqual([
      s.work.outputs[0]?.key,
      { of: "1" },
    ]);
    const b = p.ok("b", 1, { v: "2" });
    const checked = p.job("Out").work;
    expect([checked.inputs[0]?.key, checked.resolvedConfiguration]).toEqual([
      b.work.outputs[0]?.key,
      { of: "2" },
    ]);
  });
});

describe("E9.4, E9.6 to E9.9 when they are evaluated, and what follows", () => {
  test("E9.4 the result engages when the condition fails, and not when it succeeds", () => {
    const skip = (one: RuleDefinition): Members => ({ beforeEntry: { result: "SKIP", rules: [one] } });
    expect(atB(skip(fails)).runStatus("B", 1)).toBe("Skipped");
    expect(atB(skip(passes)).actionStatus("B", "b", 1)).toBe("InProgress");
  });

  test("E9.6 the stage is locked while its entry condition is evaluated; onFailure isn't for it", () => {
    const p = atB({ ...entry(rule("Gate")), onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" } });
    p.start();
    p.ok("s");
    expect([p.state.stages.B?.lock, p.at(2)]).toEqual([p.e(1), ">B"]);
    p.fail("Gate");
    expect([p.at(1), p.executions.get(p.e(1))?.runs.B?.automaticRetries, p.at(2)]).toEqual([
      "Failed",
      0,
      "@B",
    ]);
  });

  test("E9.6 a skipped last stage makes the execution succeed", () => {
    const p = new Driver(
      { S: "s", B: "b" },
      { conditions: { B: { beforeEntry: { result: "SKIP", rules: [fails] } } } },
    );
    p.start();
    p.ok("s");
    expect([p.at(1), p.story().slice(-3)]).toEqual([
      "Succeeded",
      ["stage B STARTED", "stage B SKIPPED", "pipeline SUCCEEDED"],
    ]);
  });

  test("E9.7 a failure condition holds the failed run; it rolls back only when it fails", () => {
    const p = new Driver(stages, { conditions: { B: failure(rule("Broken")) } });
    p.start();
    p.ok("s");
    p.ok("b");
    p.ok("d");
    for (const n of [2, 3]) {
      p.start();
      p.ok("s");
      p.fail("b", n);
      expect([p.at(n), p.state.stages.B?.lock]).toEqual(["@B", p.e(n)]);
      if (n === 2) p.ok("Broken");
    }
    expect([p.at(2), p.ids.length]).toEqual(["Failed", 3]);
    p.fail("Broken");
    expect([p.at(3), p.executions.get(p.e(4))?.rollbackTarget]).toEqual(["Failed", p.e(1)]);
  });

  test("E9.1 a failure condition with the result FAIL adds nothing", () => {
    const p = atB({ onFailure: { condition: { result: "FAIL", rules: [rule("Broken")] } } });
    p.ok("b");
    p.start();
    p.ok("s");
    p.fail("b");
    p.fail("Broken");
    expect([p.at(2), p.ids.length]).toEqual(["Failed", 2]);
    expect(p.executions.get(p.e(2))).not.toHaveProperty("statusSummary");
  });

  test("E9.8 a failed success condition fails the run, which is no success of the stage; onFailure isn't for it", () => {
    const p = atB({ ...success(rule("Check")), onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" } });
    p.ok("b");
    p.fail("Check");
    expect([p.at(1), p.runStatus("B", 1), p.executions.get(p.e(1))?.attempt]).toEqual([
      "Failed",
      "Failed",
      1,
    ]);
    expect(p.refusal(p.rollingBack("B", 1))).toMatchObject({ because: "notSucceeded" });
    expect(p.state.stages.B?.inForce).toBeUndefined();
  });

  test.each([entry, success])(
    "E9.6, E9.8 what a condition fails isn't rolled back for onFailure (%#)",
    (members) => {
      const p = atB({ ...members(rule("Check")), onFailure: { result: "ROLLBACK" } });
      const toCheck = () => members === success && p.ok("b");
      toCheck();
      p.ok("Check");
      if (members === entry) p.ok("b");
      p.start();
      p.ok("s");
      toCheck();
      p.fail("Check");
      expect([p.runStatus("B", 1), p.at(2), p.ids.length]).toEqual(["Succeeded", "Failed", 2]);
      expect(p.executions.get(p.e(2))).not.toHaveProperty("statusSummary");
    },
  );

  test("E9.9 entry, groups, then success or failure, one after the other", () => {
    const p = atB({
      ...entry(rule("In")),
      ...success(rule("Out")),
      onFailure: { result: "RETRY", retryMode: "FAILED_ACTIONS" },
    });
    const open = () =>
      [...p.jobs.values()].filter(({ state }) => state === "open").map(({ action }) => action);
    expect(open()).toEqual(["In"]);
    p.ok("In");
    expect(open()).toEqual(["b"]);
    p.fail("b");
    expect(open()).toEqual(["b"]);
    p.ok("b");
    expect(open()).toEqual(["Out"]);
    p.ok("Out");
    expect(open()).toEqual(["d"]);
  });

  test("E12.5 conditions and rules make no events", () => {
    const p = atB(entry(rule("In")));
    const before = p.events.length;
    p.fail("In");
    expect(p.story().slice(before)).toEqual(["stage B FAILED", "pipeline FAILED"]);
    // E12.6 asks for the stage, and no action has failed that would tell it.
    expect(p.events.at(-1)?.detail).toEqual({ failedStage: "B" });
  });
});

describe("E9.11 to E9.13 retries and overrides", () => {
  test("E9.11 a retry of a run that was stopped at its entry condition asks it anew", () => {
    const p = atB(entry(rule("Gate")));
    p.run(p.stopping(1));
    expect([p.at(1), p.verdict("B", 1, "BEFORE_ENTRY")]).toEqual(["Stopped", "Abandoned (Abandoned)"]);
    p.run(p.retrying("B", 1, "ALL_ACTIONS"));
    expect([p.verdict("B", 1, "BEFORE_ENTRY"), p.condition("B", 1, "BEFORE_ENTRY")?.evaluation]).toEqual([
      "InProgress (InProgress)",
      2,
    ]);
    p.ok("Gate");
    expect(p.actionStatus("B", "b", 1)).toBe("InProgress");
  });

  test("E7.6 an entry that was passed isn't asked again, exit conditions are, each time the actions end", () => {
    const p = atB({ ...entry(rule("In")), ...success(rule("Out")) });
    p.ok("In");
    p.ok("b");
    p.fail("Out");
    p.run(p.retrying("B", 1, "ALL_ACTIONS"));
    expect(p.condition("B", 1, "ON_SUCCESS")?.forgotten).toBe(true);
    p.ok("b");
    expect([p.verdict("B", 1, "ON_SUCCESS"), p.condition("B", 1, "ON_SUCCESS")?.evaluation]).toEqual([
      "InProgress (InProgress)",
      2,
    ]);
    p.ok("Out");
    expect([p.at(1), p.condition("B", 1, "BEFORE_ENTRY")?.evaluation]).toEqual(["@D", 1]);
  });

  test("E7.4 with every action Succeeded only the success condition is evaluated again", () => {
    const p = atB(success(rule("Out")));
    p.ok("b");
    p.fail("Out");
    const actions = p.history.size;
    p.run(p.retrying("B", 1));
    expect([p.verdict("B", 1, "ON_SUCCESS"), p.history.size]).toEqual(["InProgress (InProgress)", actions]);
  });

  test.each(["FAILED_ACTIONS", "ALL_ACTIONS"] as const)(
    "E7.3, E9.3 a retry of %s during a failure condition abandons it",
    (mode) => {
      const p = atB(failure(rule("Broken")));
      p.fail("b");
      const job = p.job("Broken");
      p.run(p.retrying("B", 1, mode));
      expect([p.verdict("B", 1, "ON_FAILURE"), p.jobs.get(job.id)?.state]).toEqual([
        "Abandoned (Abandoned)",
        "ended",
      ]);
      p.fail("b");
      expect(p.verdict("B", 1, "ON_FAILURE")).toBe("InProgress (InProgress)");
    },
  );

  test("E9.12 refusals: stage, condition, execution, latest, what there is to override", () => {
    const p = atB(success(rule("Out")));
    const code = (stage: string, executionId: string, condition: Exclude<ConditionKind, "ON_FAILURE">) =>
      p.refusal({ type: "overrideCondition", stage, executionId, condition }).code;
    expect(code("X", "nobody", "ON_SUCCESS")).toBe("StageNotFound");
    expect(code("B", "nobody", "BEFORE_ENTRY")).toBe("ConditionNotOverridable");
    expect(code("B", "nobody", "ON_SUCCESS")).toBe("NotLatestPipelineExecution");
    expect(code("B", p.e(1), "ON_SUCCESS")).toBe("ConditionNotOverridable");
    p.fail("b");
    expect(code("B", p.e(1), "ON_SUCCESS")).toBe("ConditionNotOverridable");
  });

  test("E9.12 what failed before a retry isn't what made the run fail after it", () => {
    const p = atB(success(rule("Out")));
    p.ok("b");
    p.fail("Out");
    p.run(p.retrying("B", 1, "ALL_ACTIONS"));
    p.fail("b");
    expect(p.refusal(p.overriding("B", 1, "ON_SUCCESS")).code).toBe("ConditionNotOverridable");
  });

  test("E9.12 a condition with the result SKIP can't be overridden, not even at work", () => {
    const p = atB({ beforeEntry: { result: "SKIP", rules: [rule("Gate")] } });
    expect(p.refusal(p.overriding("B", 1, "BEFORE_ENTRY")).code).toBe("ConditionNotOverridable");
  });

  test("E9.12 an entry condition at work is overridden: its rules are abandoned and the first group starts", () => {
    const p = atB(entry(rule("Gate")), { mode: "QUEUED" });
    // It lives already: the limit is for who is revived (E2.12).
    p.limit = 1;
    p.run(p.overriding("B", 1, "BEFORE_ENTRY"));
    expect([p.verdict("B", 1, "BEFORE_ENTRY"), p.actionStatus("B", "b", 1)]).toEqual([
      "Overridden (Abandoned)",
      "InProgress",
    ]);
    expect(p.executions.get(p.e(1))?.attempt).toBe(1);
  });

  test("E9.12 a failed success condition is overridden: the run is Succeeded, and the execution goes on", () => {
    const p = atB(success(rule("Out")));
    p.ok("b");
    p.fail("Out");
    const before = p.events.length;
    p.run(p.overriding("B", 1, "ON_SUCCESS"));
    expect([p.runStatus("B", 1), p.at(1), p.executions.get(p.e(1))?.attempt]).toEqual(["Succeeded", "@D", 2]);
    expect(p.story().slice(before)).toEqual([
      "pipeline RESUMED",
      "stage B RESUMED",
      "stage B SUCCEEDED",
      "stage D STARTED",
      "action d STARTED",
    ]);
    expect(p.events.at(before)?.detail).toBeUndefined();
  });

  test("E9.12 with the result ROLLBACK and no target, the failed success condition is overridden as with FAIL", () => {
    const p = atB({ onSuccess: { result: "ROLLBACK", rules: [rule("Out")] } });
    p.ok("b");
    p.fail("Out");
    expect(p.at(1)).toBe("Failed");
    p.run(p.overriding("B", 1, "ON_SUCCESS"));
    expect([p.at(1), p.executions.get(p.e(1))?.statusSummary]).toEqual(["@D", undefined]);
  });

  test("E9.12 in PARALLEL, too, what was rolled back can't be overridden", () => {
    const p = new Driver(stages, {
      mode: "PARALLEL",
      conditions: { B: { onSuccess: { result: "ROLLBACK", rules: [rule("Out")] } } },
    });
    p.start();
    p.ok("s", 1);
    p.ok("b", 1);
    p.ok("Out", 1);
    p.start();
    p.ok("s", 2);
    p.ok("b", 2);
    p.fail("Out", 2);
    expect([p.at(2), p.at(3)]).toEqual(["Failed", "@B"]);
    expect(p.refusal(p.overriding("B", 2, "ON_SUCCESS")).code).toBe("NotLatestPipelineExecution");
    // Once it is retried, it is in force again.
    p.run(p.retrying("B", 2));
    p.run(p.overriding("B", 2, "ON_SUCCESS"));
    expect(p.at(2)).toBe("@D");
  });

  test("E9.12 a rollback, which meets no conditions (E8.7), is refused as others are", () => {
    const p = atB(success(passes));
    p.ok("b");
    p.start();
    p.ok("s", 2);
    p.ok("b", 2);
    p.run(p.rollingBack("B", 1));
    p.fail("b", 3);
    expect(p.refusal(p.overriding("B", 3, "ON_SUCCESS")).code).toBe("ConditionNotOverridable");
    expect(p.refusal(p.overriding("B", 3, "BEFORE_ENTRY")).code).toBe("ConditionNotOverridable");
    p.start();
    p.ok("s", 4);
    expect(p.refusal(p.overriding("B", 3, "ON_SUCCESS")).code).toBe("NotLatestPipelineExecution");
  });

  test("E9.12 what is outdated can't be revived", () => {
    const conditions = { B: entry(rule("Gate")) };
    const p = atB(conditions.B);
    p.fail("Gate");
    p.update(stages, { conditions });
    expect(p.refusal(p.overriding("B", 1, "BEFORE_ENTRY")).code).toBe("ConditionNotOverridable");
  });

  test("E9.12 an outdated PARALLEL execution's condition at work is overridden", () => {
    const p = atB(entry(rule("Gate")), { mode: "PARALLEL" });
    p.update(stages, { mode: "PARALLEL" });
    p.run(p.overriding("B", 1, "BEFORE_ENTRY"));
    expect(p.actionStatus("B", "b", 1)).toBe("InProgress");
  });

  test("E7.6, E9.13 an entry that was overridden was passed: a retry doesn't ask it again", () => {
    const p = atB(entry(rule("Gate")));
    p.run(p.overriding("B", 1, "BEFORE_ENTRY"));
    p.fail("b");
    p.run(p.retrying("B", 1));
    expect([p.actionStatus("B", "b", 1), p.rules.size]).toEqual(["InProgress", 1]);
  });

  test("E9.13 an override holds for that evaluation: the next one is judged anew", () => {
    const p = atB({ ...success(rule("Out")), ...entry(passes) });
    p.ok("b");
    p.run(p.overriding("B", 1, "ON_SUCCESS"));
    p.start();
    p.ok("s");
    p.ok("b");
    expect(p.verdict("B", 2, "ON_SUCCESS")).toBe("InProgress (InProgress)");
  });
});

describe("what ends a condition from outside", () => {
  test("E6.2, E6.4 a stop with only rules at work ends at once; the next one enters", () => {
    const p = atB(success(rule("Out")));
    p.start();
    p.ok("s");
    p.ok("b");
    p.run(p.stopping(1));
    expect([p.at(1), p.runStatus("B", 1), p.verdict("B", 1, "ON_SUCCESS"), p.at(2)]).toEqual([
      "Stopped",
      "Stopped",
      "Abandoned (Abandoned)",
      "@B",
    ]);
  });

  test("E6.3 after a stop is asked there is no condition, retry or rollback", () => {
    const p = atB({ ...success(rule("Out")), onFailure: { result: "RETRY", retryMode: "ALL_ACTIONS" } });
    p.run(p.stopping(1));
    p.ok("b");
    expect([p.at(1), p.rules.size]).toEqual(["Stopped", 0]);
    p.run(p.retrying("B", 1));
    expect(p.verdict("B", 1, "ON_SUCCESS")).toBe("InProgress (InProgress)");
  });

  test("E11.2, E11.3 an update cancels a condition at work, and the execution with it", () => {
    const p = atB(entry(rule("Gate")));
    const job = p.job("Gate");
    p.update();
    expect([p.at(1), p.verdict("B", 1, "BEFORE_ENTRY"), p.jobs.get(job.id)?.state]).toEqual([
      "Cancelled",
      "Cancelled (Abandoned)",
      "ended",
    ]);
  });

  test.each<NonNullable<Members["onFailure"]>>([
    { result: "RETRY", retryMode: "ALL_ACTIONS" },
    { result: "ROLLBACK" },
    { condition: { result: "ROLLBACK", rules: [rule("Broken")] } },
  ])("E11.2 after a cut nothing follows a failure: %j", (onFailure) => {
    const p = atB({ onFailure });
    p.update(stages, { conditions: { B: { onFailure } } });
    p.start();
    p.ok("s");
    p.fail("b", 1);
    expect([p.at(1), p.at(2), p.ids.length, p.rules.size]).toEqual(["Cancelled", "@B", 2, 0]);
  });

  test("E11.4 with a success condition declared, a cut run is Cancelled although all its actions succeeded", () => {
    const p = atB(success(rule("Out")));
    p.update();
    p.ok("b");
    expect([p.runStatus("B", 1), p.at(1), p.rules.size]).toEqual(["Cancelled", "Cancelled", 0]);
  });

  test("E11.1 a PARALLEL execution keeps to the conditions of its own version", () => {
    const p = atB(entry(rule("Gate")), { mode: "PARALLEL" });
    p.update(stages, { mode: "PARALLEL" });
    expect(p.verdict("B", 1, "BEFORE_ENTRY")).toBe("InProgress (InProgress)");
    p.ok("Gate");
    expect(p.actionStatus("B", "b", 1)).toBe("InProgress");
  });

  test("E11.7 a deletion ends rules with their jobs and timers", () => {
    const p = atB(
      entry(rule("Gate"), rule("Hours", "DeploymentWindow", { configuration: { Cron: "0 0 0 1 1 ? *" } })),
    );
    p.run({ type: "delete" });
    expect(p.timers.size).toBe(0);
    expect([...p.jobs.values()].filter(({ state }) => state === "open")).toEqual([]);
    expect([...p.rules.values()].map(({ end }) => end?.status)).toEqual(["Abandoned", "Abandoned"]);
  });

  test("E10.2 a window's timer that is gone does nothing, one that fires does it once", () => {
    const p = atB(entry(rule("Hours", "DeploymentWindow", { configuration: { Cron: "0 0 0 * * ? *" } })));
    const timer = [...p.timers.values()].find(({ kind }) => kind === "windowOpens")!;
    expect(p.decide({ type: "timerFired", timer })).toMatchObject({ effects: [] });
    p.now += DAY;
    p.run({ type: "timerFired", timer });
    expect(p.at(1)).toBe("@B");
    const before = p.happened.length;
    p.run({ type: "timerFired", timer });
    expect(p.happened[before]?.decision).toMatchObject({ effects: [], executions: [] });
  });
});
