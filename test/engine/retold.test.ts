/** Random stories, told once more on the real store: what commands load is enough for what the engine decides. */
import fc from "fast-check";
import { test } from "vitest";
import { emptyStore } from "../support/store.ts";
import { Driver } from "./support/driver.ts";
import { plans } from "./support/plans.ts";
import { addCustomTypes, retell } from "./support/real-store.ts";
import { steps, take } from "./support/stories.ts";

const numRuns = Number(process.env.RUNS ?? 8);

test("design decision 4: a command that loads what is live decides as one that sees everything", async () => {
  const store = await emptyStore();
  try {
    await addCustomTypes(store);
    await fc.assert(
      fc.asyncProperty(plans, steps, async (plan, story) => {
        const p = new Driver(plan.stages, plan);
        p.limit = 4;
        for (const step of story) take(p, step);
        await retell(store, p);
      }),
      // Shrinking would take longer than looking at what was found.
      { numRuns, endOnFailure: true },
    );
  } finally {
    await store.close();
  }
});
