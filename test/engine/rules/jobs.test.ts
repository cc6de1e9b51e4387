/** Rules E3.9 to E3.15 of semantics.md: jobs. What their keeper does: test/jobs. */
import { describe, expect, test } from "vitest";
import { Driver, reportOf } from "../support/driver.ts";

const output = { outputs: [{ name: "Out" }] };

describe("E3 jobs", () => {
  test("E3.11 a failure drops outputs and variables", () => {
    const p = new Driver({ S: "s", B: "b" }, { actions: { b: { ...output, namespace: "N" } } });
    p.start();
    p.ok("s");
    const job = p.fail("b");
    expect(p.history.get(job.actionExecutionId)?.end).toEqual({
      status: "Failed",
      error: { code: "JobFailed", message: "no" },
    });
    expect(p.executions.get(p.e(1))?.runs.B?.actions.b?.variables).toBeUndefined();
  });

  test("E3.12 a delayed continuation is Created until its time, and the action's time-out isn't restarted", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    const due = [...p.timers.values()][0]?.due;
    p.now += 1000;
    p.run({
      type: "jobContinued",
      ...reportOf(p.job("b")),
      details: { summary: "half" },
      continuationToken: "t",
      delay: 30_000,
    });
    expect(p.job("b").status).toBe("Created");
    expect([...p.timers.values()].find(({ kind }) => kind === "actionTimeout")?.due).toBe(due);
    expect(p.history.get(p.job("b").actionExecutionId)?.end).toEqual({ summary: "half" });
    p.now += 30_000;
    p.fireDue();
    expect(p.job("b").status).toBe("Queued");
  });

  test("E3.12, E1.7 what one continuation told holds when the next one doesn't say it", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    const told = { externalExecutionId: "7" };
    const revision = { revision: "r1", changeIdentifier: "c1" };
    for (const more of [{ details: told, revision }, { details: {} }]) {
      p.run({ type: "jobContinued", ...reportOf(p.job("s")), ...more, continuationToken: "t", delay: 0 });
    }
    p.ok("s");
    expect(p.executions.get(p.e(1))?.sourceRevisions).toEqual([{ actionName: "s", revisionId: "r1" }]);
    const ended = p.events.find(({ level, state }) => level === "action" && state === "SUCCEEDED");
    expect(ended?.detail?.result).toMatchObject(told);
  });

  test("E3.12, E4.6 the next job of an action sees the configuration that the first one saw", () => {
    const configuration = { text: "#{N.v}" };
    const p = new Driver({ S: "s", B: "b" }, { actions: { s: { namespace: "N" }, b: { configuration } } });
    p.start();
    p.ok("s", 1, { v: "one" });
    const { id, ...first } = p.job("b");
    p.run({ type: "jobContinued", ...reportOf(p.job("b")), details: {}, continuationToken: "t", delay: 0 });
    expect(p.job("b").work).toEqual(first.work);
    expect(p.job("b").id).not.toBe(id);
    expect(first.work.resolvedConfiguration).toEqual({ text: "one" });
  });

  test("E3.13 a result moves all that follows from it in its own transaction", () => {
    const p = new Driver({ S: "s", B: "b", D: "d" });
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    p.events.length = 0;
    p.ok("b", 1);
    expect(p.story()).toEqual([
      "action b SUCCEEDED",
      "stage B SUCCEEDED",
      "stage D STARTED",
      "action d STARTED",
      "stage B STARTED",
      "action b STARTED",
    ]);
  });

  test("E3.15 a lost worker's job keeps the continuation token", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    p.run({ type: "jobLost", ...reportOf(p.job("b")), continuationToken: "where it was" });
    expect(p.job("b")).toMatchObject({ continuationToken: "where it was" });
  });

  test("E3.15 lost workers are counted over the action's continuations", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    for (let loss = 1; loss <= 2; loss++) {
      p.run({ type: "jobLost", ...reportOf(p.job("b")) });
      p.run({
        type: "jobContinued",
        ...reportOf(p.job("b")),
        details: {},
        continuationToken: "t",
        delay: 0,
      });
    }
    p.run({ type: "jobLost", ...reportOf(p.job("b")) });
    expect([...p.history.values()].at(-1)?.end?.error?.code).toBe("SystemUnavailable");
  });
});
