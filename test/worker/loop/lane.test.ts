import { setImmediate, setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { runLane } from "../../../src/worker/lane.ts";
import { fakeJob } from "../support/fake-tools.ts";
import { done, provider } from "../support/worker.ts";

/** A lane whose jobs are over at once, while their folders stay until `tidy`. */
function untidyLane(slots: number) {
  const stopping = new AbortController();
  const tidied = Promise.withResolvers<void>();
  const only = provider(() => done);
  let jobs = 0;
  let asked = Promise.withResolvers<void>();
  const ended = runLane(
    {
      workerId: "worker",
      providers: [only],
      slots,
      async poll() {
        await setImmediate();
        jobs += 1;
        asked.resolve();
        asked = Promise.withResolvers();
        return [fakeJob({ actionTypeId: only.declaration.id })];
      },
      run: async () => ({ tidied: tidied.promise.then(() => undefined) }),
      onPollFailed: () => undefined,
    },
    stopping.signal,
  );
  return {
    /** Waits until so many jobs were taken. */
    async taken(count: number) {
      while (jobs < count) await asked.promise;
    },
    jobs: () => jobs,
    tidy: () => tidied.resolve(),
    ended,
    stop: () => stopping.abort(),
  };
}

test("no job waits until the folder of another one is gone", async () => {
  const lane = untidyLane(1);
  await lane.taken(4);
  lane.stop();
  lane.tidy();
  await lane.ended;
});

test("a worker whose folders pile up takes no more jobs until some are gone, and ends when all are", async () => {
  const lane = untidyLane(2);
  await lane.taken(8);
  // Long enough for thousands more.
  await setTimeout(100);
  expect(lane.jobs()).toBeLessThanOrEqual(10);
  lane.stop();
  expect(await Promise.race([lane.ended.then(() => "ended"), "still tidying"])).toBe("still tidying");
  lane.tidy();
  await lane.ended;
});
