import { expect, test } from "vitest";
import { Driver } from "../support/driver.ts";

/** Stages, actions, artifacts and namespaces may be called as the members that every object seems to have. */
test("names like constructor and __proto__ are names like any other", () => {
  const p = new Driver(
    Object.fromEntries([
      ["constructor", "valueOf"],
      ["__proto__", "toString ; hasOwnProperty"],
      ["isPrototypeOf", "__proto__!"],
    ]),
    {
      actions: {
        valueOf: { outputs: [{ name: "constructor" }], namespace: "toString" },
        hasOwnProperty: { inputs: ["constructor"], configuration: { valueOf: "#{toString.constructor}" } },
      },
    },
  );
  p.start();
  expect(p.refusal(p.retrying("__proto__", 1)).code).toBe("StageNotRetryable");
  expect(p.refusal(p.answer("isPrototypeOf", "__proto__", 1, "Approved", "t"))).toMatchObject({
    because: "unknown",
  });
  p.ok("valueOf", 1, { constructor: "mine" });
  p.ok("toString");
  expect(p.job("hasOwnProperty").work).toMatchObject({
    resolvedConfiguration: { valueOf: "mine" },
    inputs: [{ name: "constructor", bucket: "artifacts" }],
  });
  p.transition("isPrototypeOf", false);
  p.ok("hasOwnProperty");
  p.transition("isPrototypeOf", true);
  p.approve("isPrototypeOf", "__proto__", 1);
  expect(p.at(1)).toBe("Succeeded");
  expect([...p.history.values()].map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
  p.update();
  expect(Object.keys(p.state.stages)).toEqual(["constructor", "__proto__", "isPrototypeOf"]);
});
