/** Rules E8 of semantics.md that no scenario tells. */
import { describe, expect, test } from "vitest";
import { type Options, rule } from "../support/definitions.ts";
import { Driver, reportOf } from "../support/driver.ts";

const stages = { S: "s", B: "b", D: "d" };

function pass(p: Driver, n: number): void {
  p.start();
  p.ok("s", n);
  p.ok("b", n);
  p.ok("d", n);
}

describe("E8 by hand", () => {
  test("E8.1 a rollback has one run, of the given stage, and ends with it", () => {
    const p = new Driver(stages);
    pass(p, 1);
    p.rollBack("B", 1);
    expect(Object.keys(p.executions.get(p.e(2))!.runs)).toEqual(["B"]);
    p.ok("b");
    expect([p.at(2), Object.keys(p.executions.get(p.e(2))!.runs)]).toEqual(["Succeeded", ["B"]]);
  });

  test("E8.2 it is the latest in the stage, so that what it replaces can't be retried there", () => {
    const p = new Driver(stages);
    pass(p, 1);
    p.start();
    p.ok("s");
    p.ok("b");
    p.fail("d");
    p.rollBack("D", 1);
    expect(p.refusal(p.retrying("D", 2)).code).toBe("NotLatestPipelineExecution");
  });

  test("E8.2 in PARALLEL it takes no lock, and each execution stays the latest for itself", () => {
    const p = new Driver(stages, { mode: "PARALLEL" });
    pass(p, 1);
    p.start();
    p.ok("s", 2);
    p.ok("b", 2);
    p.rollBack("D", 1);
    expect([p.at(2), p.at(3), p.state.stages.D?.lock]).toEqual(["@D", "@D", undefined]);
    p.fail("d", 2);
    p.run(p.retrying("D", 2));
    expect(p.at(2)).toBe("@D");
  });

  test("E8.3 refusals: stage, target, its version, its success, who is in the stage", () => {
    const p = new Driver(stages);
    pass(p, 1);
    p.start();
    const trigger = { type: "ManualRollback", detail: "" };
    const code = (stage: string, targetId: string) =>
      p.refusal({ type: "rollbackStage", stage, targetId, trigger });
    expect(code("X", "nobody").code).toBe("StageNotFound");
    expect(code("D", "nobody").code).toBe("PipelineExecutionNotFound");
    expect(code("D", p.e(2))).toMatchObject({ code: "UnableToRollbackStage", because: "notSucceeded" });
    p.ok("s");
    p.ok("b");
    expect(code("D", p.e(1))).toMatchObject({ because: "inUse", executionId: p.e(2) });
    p.ok("d");
    const rollback = p.rollBack("D", 1);
    p.ok("d");
    expect(code("D", rollback)).toMatchObject({ because: "notSucceeded", executionId: rollback });
    p.update();
    for (const target of [p.e(1), rollback]) {
      expect(code("D", target)).toMatchObject({ code: "PipelineExecutionOutdated", version: 1 });
    }
  });

  test("E8.3 the same target again, one that lives in later stages, and the latest itself are targets", () => {
    const p = new Driver(stages);
    pass(p, 1);
    p.rollBack("D", 1);
    p.ok("d");
    p.rollBack("D", 1);
    p.ok("d");
    expect([p.at(2), p.at(3)]).toEqual(["Succeeded", "Succeeded"]);
    p.start();
    p.ok("s");
    p.ok("b");
    p.rollBack("B", 4);
    expect([p.at(4), p.at(5)]).toEqual(["@D", "@B"]);
  });

  test("E8.3 in PARALLEL one live rollback of a stage keeps another out, other executions don't", () => {
    const p = new Driver(stages, { mode: "PARALLEL" });
    pass(p, 1);
    p.rollBack("D", 1);
    expect(p.refusal(p.rollingBack("D", 1))).toMatchObject({ because: "inUse", executionId: p.e(2) });
    p.ok("d");
    p.rollBack("D", 1);
    expect(p.at(3)).toBe("@D");
  });

  test("E8.3 the first stage reads its sources anew and tells the target's revisions", () => {
    const p = new Driver(stages, { actions: { s: { outputs: [{ name: "Code" }] } } });
    p.start({ revisions: { s: { revisionId: "r1" } } });
    p.ok("s");
    p.ok("b");
    p.ok("d");
    p.rollBack("S", 1);
    const job = p.job("s");
    expect(job.work.sourceRevision).toBeUndefined();
    const revision = { revision: "r2", changeIdentifier: "r2" };
    p.run({ type: "jobSucceeded", ...reportOf(job), details: {}, variables: {}, revision });
    const { sourceRevisions, artifactRevisions } = p.executions.get(p.e(2))!;
    expect([sourceRevisions[0]?.revisionId, artifactRevisions[0]?.revisionId]).toEqual(["r1", "r1"]);
  });

  test("E8.5 artifacts and variables of stages before are the target's, those of its own stage are made anew", () => {
    const p = new Driver(
      { S: "s", B: "b", D: "d ; e" },
      {
        variables: [{ name: "Env", defaultValue: "none" }],
        actions: {
          b: { namespace: "built", outputs: [{ name: "App" }] },
          d: {
            namespace: "made",
            inputs: ["App"],
            outputs: [{ name: "Plan" }],
            configuration: { of: "#{built.v}", env: "#{variables.Env}" },
          },
          e: { inputs: ["Plan"], configuration: { of: "#{made.v}" } },
        },
      },
    );
    for (const n of [1, 2]) {
      p.start({ variables: { Env: `env${n}` } });
      p.ok("s");
      p.ok("b", n, { v: `b${n}` });
      p.ok("d", n, { v: `d${n}` });
      p.ok("e");
    }
    p.rollBack("D", 1);
    const [first] = [...p.history.values()].filter(({ action }) => action === "b");
    const d = p.ok("d", 3, { v: "d3" });
    expect(d.work.resolvedConfiguration).toEqual({ of: "b1", env: "env1" });
    expect(d.work.inputs.map(({ key }) => key)).toEqual(first?.end?.outputs?.map(({ key }) => key));
    const e = p.job("e");
    expect(e.work.resolvedConfiguration).toEqual({ of: "d3" });
    expect(e.work.inputs[0]?.key).toBe(d.work.outputs[0]?.key);
  });

  test("E4.12 the id that references see is the rollback's own", () => {
    const p = new Driver(stages, {
      actions: { d: { configuration: { id: "#{codepipeline.PipelineExecutionId}" } } },
    });
    pass(p, 1);
    const id = p.rollBack("D", 1);
    expect(p.job("d").work.resolvedConfiguration).toEqual({ id });
  });

  test("E8.7 a rollback meets no conditions, and does nothing about its failure", () => {
    const never = { result: "FAIL", rules: [rule("Never")] } as const;
    const p = new Driver(stages, {
      conditions: { D: { beforeEntry: never, onSuccess: never, onFailure: { result: "ROLLBACK" } } },
    });
    p.start();
    p.ok("s");
    p.ok("b");
    p.ok("Never");
    p.ok("d");
    p.ok("Never");
    p.rollBack("D", 1);
    expect([p.actionStatus("D", "d", 2), p.rules.size]).toEqual(["InProgress", 2]);
    p.ok("d");
    expect(p.at(2)).toBe("Succeeded");
    p.rollBack("D", 1);
    p.fail("d");
    expect([p.at(3), p.ids.length, p.rules.size]).toEqual(["Failed", 3, 2]);
  });

  test("E8.8 it can be stopped and retried, and a retry of it is never refused for the limit", () => {
    const p = new Driver(stages, { mode: "QUEUED" });
    pass(p, 1);
    p.rollBack("D", 1);
    p.run(p.stopping(2, true));
    expect([p.at(2), p.state.stages.D?.lock]).toEqual(["Stopped", undefined]);
    p.limit = 1;
    p.start();
    p.run(p.retrying("D", 2));
    expect([p.at(2), p.state.stages.D?.rollbacks]).toEqual(["@D", [p.e(2)]]);
    p.ok("d");
    expect([p.at(2), p.state.stages.D?.rollbacks]).toEqual(["Succeeded", []]);
  });

  test("E11.5 an update cuts a rollback like any other, and what it cut is no target", () => {
    const p = new Driver(stages);
    pass(p, 1);
    p.rollBack("D", 1);
    p.update();
    expect(p.executions.get(p.e(2))?.cutBy).toBe(2);
    p.fail("d");
    expect([p.at(2), p.refusal(p.retrying("D", 2)).code]).toEqual(["Cancelled", "StageNotRetryable"]);
  });
});

describe("E8 by itself", () => {
  const rollsBack: Options = { conditions: { D: { onFailure: { result: "ROLLBACK" } } } };

  test("E8.4 the failed run ends, then the rollback begins, then whoever waits", () => {
    const p = new Driver(stages, rollsBack);
    pass(p, 1);
    p.start();
    p.ok("s");
    p.ok("b");
    p.events.length = 0;
    p.fail("d");
    expect(p.story()).toEqual([
      "action d FAILED",
      "stage D FAILED",
      "pipeline FAILED",
      "pipeline STARTED",
      "stage D STARTED",
      "action d STARTED",
    ]);
    const detail = JSON.stringify({ FailedPipelineExecutionId: p.e(2) });
    expect(p.events[3]?.detail?.trigger).toEqual({ type: "AutomatedRollback", detail });
  });

  test("E8.4 a rejected and an expired approval roll back, too (E5.3)", () => {
    const p = new Driver({ S: "s", D: "a!" }, rollsBack);
    p.start();
    p.ok("s");
    p.approve("D", "a", 1);
    p.start();
    p.ok("s");
    p.run(p.answer("D", "a", 2, "Rejected"));
    expect([p.at(2), p.at(3)]).toEqual(["Failed", "@D"]);
  });

  test("E8.6 the target is the last success in the current version, whatever came of the execution later", () => {
    const p = new Driver({ S: "s", D: "d", E: "e" }, rollsBack);
    p.start();
    p.ok("s");
    p.ok("d");
    p.fail("e");
    p.start();
    p.ok("s");
    p.fail("d");
    expect(p.executions.get(p.e(3))?.rollbackTarget).toBe(p.e(1));
  });

  test("E8.6 without a success before there is none, and the execution says so", () => {
    const p = new Driver({ S: "s", D: "d" }, rollsBack);
    p.start();
    p.ok("s");
    p.fail("d");
    expect([p.at(1), p.ids.length, p.executions.get(p.e(1))?.statusSummary]).toEqual([
      "Failed",
      1,
      "Stage 'D' has no successful execution in pipeline version 1 to roll back to.",
    ]);
    p.run(p.retrying("D", 1));
    expect(p.executions.get(p.e(1))).not.toHaveProperty("statusSummary");
  });

  const gate: Options = {
    mode: "PARALLEL",
    conditions: { D: { onSuccess: { result: "ROLLBACK", rules: [rule("Gate")] } } },
  };

  test("E8.6 what an old PARALLEL execution brings to success is no target", () => {
    const p = new Driver({ S: "s", D: "d" }, gate);
    p.start();
    p.ok("s");
    p.update(undefined, gate);
    p.ok("d");
    p.ok("Gate");
    p.start();
    p.ok("s");
    p.ok("d");
    p.fail("Gate");
    expect([p.at(1), p.at(2), p.ids.length]).toEqual(["Succeeded", "Failed", 2]);
  });

  test("E8.6 an old PARALLEL execution rolls nothing back", () => {
    const p = new Driver({ S: "s", D: "d" }, gate);
    p.start();
    p.ok("s");
    p.ok("d");
    p.ok("Gate");
    p.start();
    p.ok("s");
    p.ok("d");
    p.update(undefined, gate);
    p.fail("Gate");
    expect([p.at(2), p.ids.length]).toEqual(["Failed", 2]);
    expect(p.executions.get(p.e(2))?.statusSummary).toMatch(/no successful execution in pipeline version 2/);
  });
});
