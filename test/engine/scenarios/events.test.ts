/** The scenario of semantics.md about state changes. */
import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";
import { onRealStore } from "../support/real-store.ts";

onRealStore();

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
