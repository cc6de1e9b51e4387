/** Jobs that a function answers by itself: E3.15's exception, and the Lambda reply of E10. */
import { describe, expect, test } from "vitest";
import type { Command } from "../../../src/core/engine/index.ts";
import { Driver, reportOf } from "../support/driver.ts";
import { type KeptJob, MINUTE } from "../support/pipeline.ts";

const stages = { S: "s", F: "f" };

const parking = (job: KeptJob): Command => ({
  type: "jobParked",
  ...reportOf(job),
  replyWithin: 20 * MINUTE,
  message: "no reply",
});

function parked(timeoutMinutes = 24 * 60) {
  const p = new Driver(stages, { actions: { f: { timeoutMinutes } } });
  p.start();
  p.ok("s");
  p.run(parking(p.job("f")));
  return p;
}

const kinds = (p: Driver) => [...p.timers.values()].map(({ kind }) => kind).toSorted();
const endOf = (p: Driver, action: string) =>
  [...p.history.values()].find((row) => row.action === action)?.end;

describe("E10 Lambda reply", () => {
  test("it is due so long after the delivery, whatever time the action has", () => {
    const p = parked();
    expect([...p.timers.values()].find(({ kind }) => kind === "jobReply")?.due).toBe(p.now + 20 * MINUTE);
    p.now += 20 * MINUTE;
    p.fireDue();
    expect(endOf(p, "f")).toMatchObject({
      status: "Failed",
      error: { code: "JobFailed", message: "no reply" },
    });
    expect([p.at(1), kinds(p)]).toEqual(["Failed", []]);
  });

  test("the action's own time-out may come first, and takes it along", () => {
    const p = parked(5);
    p.now += 5 * MINUTE;
    p.fireDue();
    expect(endOf(p, "f")?.error?.message).toBe("The action timed out after 5 minutes.");
    expect(kinds(p)).toEqual([]);
  });

  test("E10.2 one that is gone does nothing", () => {
    const p = parked();
    const timer = [...p.timers.values()].find(({ kind }) => kind === "jobReply");
    const job = p.job("f");
    p.run({ type: "jobContinued", ...reportOf(job), details: {}, continuationToken: "t", delay: 0 });
    expect(kinds(p)).toEqual(["actionTimeout"]);
    p.now += 60 * MINUTE;
    p.run({ type: "timerFired", timer: timer! });
    expect(p.at(1)).toBe("@F");
    p.ok("f");
    expect(p.at(1)).toBe("Succeeded");
  });

  test.each([
    ["a stop that abandons", (p: Driver): Command => ({ type: "stop", executionId: p.e(1), abandon: true })],
    ["the pipeline's deletion", (): Command => ({ type: "delete" })],
  ])("%s takes it along", (_, command) => {
    const p = parked();
    p.run(command(p));
    expect(kinds(p)).toEqual([]);
  });

  test("a stop that waits leaves it, for what it waits for is the function", () => {
    const p = parked();
    p.run({ type: "stop", executionId: p.e(1), abandon: false });
    p.now += 20 * MINUTE;
    p.fireDue();
    expect([p.at(1), kinds(p)]).toEqual(["Stopped", []]);
  });

  test("E11.2 so does an update that cuts the execution", () => {
    const p = parked();
    p.update({ S: "s", F: "f" });
    expect(kinds(p)).toContain("jobReply");
    p.ok("f");
    expect(kinds(p)).not.toContain("jobReply");
  });
});

test("only the open job of an action is parked, and once", () => {
  const p = parked();
  const job = p.job("f");
  const before = [...p.timers.keys()];
  p.now += MINUTE;
  p.run(parking(job));
  expect([...p.timers.keys()]).toEqual(before);
  p.ok("f");
  expect(p.refusal(parking(job))).toEqual({ code: "JobNotOpen", jobId: job.id });
});
