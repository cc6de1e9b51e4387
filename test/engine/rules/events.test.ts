/** Rules E12 of semantics.md: the order of state changes. Sinks come later; what they will send is written now. */
import { describe, expect, test } from "vitest";
import { Driver } from "../support/driver.ts";

describe("E12 events", () => {
  test("T30 a failure, a retry by hand, success", () => {
    const p = new Driver({ S: "s", B: "b" });
    p.start();
    p.ok("s");
    p.fail("b");
    p.run(p.retrying("B", 1));
    p.ok("b");
    expect(p.story()).toEqual([
      "pipeline STARTED",
      "stage S STARTED",
      "action s STARTED",
      "action s SUCCEEDED",
      "stage S SUCCEEDED",
      "stage B STARTED",
      "action b STARTED",
      "action b FAILED",
      "stage B FAILED",
      "pipeline FAILED",
      "pipeline RESUMED",
      "stage B RESUMED",
      "action b STARTED",
      "action b SUCCEEDED",
      "stage B SUCCEEDED",
      "pipeline SUCCEEDED",
    ]);
    const attempts = p.events
      .map(({ level, attempt }) => (level === "stage" ? attempt : undefined))
      .filter((n) => n !== undefined);
    expect(attempts).toEqual([0, 0, 0, 0, 2, 2]);
    expect(p.events.at(10)).toMatchObject({ state: "RESUMED", attempt: 2 });
  });

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
});
