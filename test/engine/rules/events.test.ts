/** Rules E12 of semantics.md: the order of state changes. What is sent of them: test/events. */
import { describe, expect, test } from "vitest";
import { Driver } from "../support/driver.ts";

describe("E12 events", () => {
  test("E12.5 a stop: STOPPING from the outside, the ends from the inside", () => {
    const p = new Driver({ S: "s", B: "b | a!" });
    p.start();
    p.ok("s");
    p.events.length = 0;
    p.run(p.stopping(1, true));
    expect(p.story()).toEqual([
      "pipeline STOPPING",
      "stage B STOPPING",
      "action b ABANDONED",
      "action a ABANDONED",
      "stage B STOPPED",
      "pipeline STOPPED",
    ]);
  });

  test("E12.5 a stop and wait: STOPPING once, also where an abandon follows; then as they end", () => {
    const p = new Driver({ S: "s", B: "b | c" });
    p.start();
    p.ok("s");
    p.events.length = 0;
    p.run(p.stopping(1));
    p.ok("b");
    p.run(p.stopping(1, true));
    expect(p.story()).toEqual([
      "pipeline STOPPING",
      "stage B STOPPING",
      "action b SUCCEEDED",
      "action c ABANDONED",
      "stage B STOPPED",
      "pipeline STOPPED",
    ]);
  });

  test("E12.5 waiting: pipeline STOPPED only; superseded: pipeline SUPERSEDED only", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.transition("S", false);
    p.start();
    p.start();
    p.run(p.stopping(2));
    expect(p.story()).toEqual([
      "pipeline STARTED",
      "pipeline STARTED",
      "pipeline SUPERSEDED",
      "pipeline STOPPED",
    ]);
  });

  test("E12.5 an update closes an approval: CANCELED, from the inside out", () => {
    const p = new Driver({ S: "s", B: "a!" });
    p.start();
    p.ok("s");
    p.events.length = 0;
    p.update();
    expect(p.story()).toEqual(["action a CANCELED", "stage B CANCELED", "pipeline CANCELED"]);
  });

  test("E12.5 failed at once: STARTED, then FAILED", () => {
    const p = new Driver({ S: "s", B: "b" }, { variables: [{ name: "A" }] });
    p.start();
    expect(p.story()).toEqual(["pipeline STARTED", "pipeline FAILED"]);
  });

  test("E12.1 beginnings come from the outside in, endings from the inside out, causes before consequences", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s", 1);
    p.start();
    p.ok("s", 2);
    p.events.length = 0;
    p.fail("b", 1);
    expect(p.events.map(({ executionId }) => executionId === p.e(1))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(p.story()).toEqual([
      "action b FAILED",
      "stage B FAILED",
      "pipeline FAILED",
      "stage B STARTED",
      "action b STARTED",
    ]);
  });

  test("E12.3 STARTED names the trigger, STOPPING the reason, what follows a retry its time", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.run({ type: "stop", executionId: p.e(1), abandon: true, reason: "enough" });
    p.now += 1000;
    p.run(p.retrying("S", 1));
    const details = p.events.filter(({ level }) => level !== "action").map(({ detail }) => detail);
    expect(details).toEqual([
      { trigger: { type: "StartPipelineExecution", detail: "me" } },
      undefined,
      { stopComments: "enough" },
      undefined,
      undefined,
      undefined,
      { lastRetryAt: p.now },
      { lastRetryAt: p.now },
    ]);
  });

  test("E12.3 of a git trigger SUCCEEDED and FAILED tell the trigger, too", () => {
    const p = new Driver({ S: "s" });
    const trigger = { type: "WebhookV2", detail: '{"commitId":"c1"}' };
    p.ids.push(p.run({ type: "start", trigger, variables: {}, revisions: {}, origin: "trigger" }));
    p.fail("s");
    p.run(p.retrying("S", 1));
    p.ok("s");
    const told = p.events.filter(({ level }) => level === "pipeline");
    expect(told.map(({ state, detail }) => [state, detail?.trigger])).toEqual([
      ["STARTED", trigger],
      ["FAILED", trigger],
      ["RESUMED", undefined],
      ["SUCCEEDED", trigger],
    ]);
  });

  test("E12.3 after a retry all events of the pipeline and of that stage's run tell its time", () => {
    const p = new Driver({ S: "s", B: "b", D: "d" });
    p.start();
    p.ok("s");
    p.fail("b");
    p.run(p.retrying("B", 1));
    const retried = p.now;
    p.events.length = 0;
    p.now += 1000;
    p.ok("b");
    p.ok("d");
    const told = p.events.filter(({ level }) => level !== "action");
    expect(told.map(({ stage, state, detail }) => [stage, state, detail?.lastRetryAt])).toEqual([
      ["B", "SUCCEEDED", retried],
      ["D", "STARTED", undefined],
      ["D", "SUCCEEDED", undefined],
      [undefined, "SUCCEEDED", retried],
    ]);
  });

  test("E12.3 start-time is that of the execution, the stage run, the action; region is the action's", () => {
    const p = new Driver(
      { S: "s", B: "b ; c" },
      { regions: ["eu-west-1"], actions: { c: { region: "eu-west-1" } } },
    );
    const started = p.now;
    p.start();
    p.now += 1000;
    p.ok("s");
    p.now += 1000;
    p.ok("b");
    p.now += 1000;
    p.ok("c");
    expect(
      p.events.slice(-3).map(({ level, startedAt, region }) => [level, startedAt - started, region]),
    ).toEqual([
      ["action", 2000, "eu-west-1"],
      ["stage", 1000, undefined],
      ["pipeline", 0, undefined],
    ]);
  });

  test("E12.3 an action's events name its artifacts and how it ended", () => {
    const out = { outputs: [{ name: "Out" }] };
    const p = new Driver({ S: "s", B: "b" }, { actions: { s: out, b: { inputs: ["Out"] } } });
    p.start();
    const details = { summary: "well done", externalExecutionId: "build:1" };
    // What it told on its way stands at its end, too.
    p.run({
      ...p.success(p.job("s")),
      type: "jobContinued",
      details,
      continuationToken: "t",
      delay: 0,
    } as never);
    p.ok("s");
    p.fail("b", 1, { code: "PermissionError", message: "no way" });
    const artifact = expect.objectContaining({ name: "Out", bucket: "artifacts" });
    expect(p.events.filter(({ level }) => level === "action").map(({ detail }) => detail)).toEqual([
      undefined,
      {
        outputs: [artifact],
        result: { summary: "well done", externalExecutionId: "build:1" },
      },
      { inputs: [artifact] },
      { inputs: [artifact], result: { summary: "no way", errorCode: "PermissionError" } },
    ]);
  });
});
