import { expect, test } from "vitest";
import { type ClockTask, startClockWork } from "../../src/core/commands/index.ts";

/** A task whose runs can be awaited one by one. */
function watched(run: (count: number) => Promise<number | undefined> | number | undefined) {
  let count = 0;
  let listener: ((due: number) => void) | undefined;
  const waiting = new Map<number, () => void>();
  const task: ClockTask = {
    async run() {
      count++;
      waiting.get(count)?.();
      return run(count);
    },
    onEarlier(given) {
      listener = given;
      return () => {
        listener = undefined;
      };
    },
  };
  return {
    task,
    count: () => count,
    hears: () => listener !== undefined,
    earlier: (due: number) => listener?.(due),
    ran(times: number): Promise<void> {
      if (count >= times) return Promise.resolve();
      return new Promise((resolve) => waiting.set(times, resolve));
    },
  };
}

const fail = (error: unknown) => {
  throw error;
};

test("a task runs at once, and again when its next work is due", async () => {
  const task = watched((count) => (count < 4 ? Date.now() + 20 : undefined));
  const started = Date.now();
  const work = startClockWork(Date.now, [task.task], fail);
  await task.ran(4);
  // A timeout may end a moment before its time by this clock.
  expect(Date.now() - started).toBeGreaterThanOrEqual(50);
  await work.stop();
});

test("what is set to be due earlier brings the next run forward", async () => {
  const task = watched(() => Date.now() + 1_000_000);
  const work = startClockWork(Date.now, [task.task], fail);
  await task.ran(1);
  task.earlier(Date.now() + 5);
  await task.ran(2);
  await work.stop();
});

test("what is set while the task is at work isn't forgotten", async () => {
  const atWork = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const task = watched(async (count) => {
    if (count > 1) return undefined;
    atWork.resolve();
    await finish.promise;
    return Date.now() + 1_000_000;
  });
  const work = startClockWork(Date.now, [task.task], fail);
  await atWork.promise;
  task.earlier(Date.now() + 5);
  finish.resolve();
  await task.ran(2);
  await work.stop();
});

test("a task that fails is reported and tried again, and others go on", async () => {
  const errors: unknown[] = [];
  const broken = watched((count) => {
    if (count === 1) throw new Error("no database");
    return undefined;
  });
  const sound = watched((count) => (count < 3 ? Date.now() + 1 : undefined));
  const work = startClockWork(Date.now, [broken.task, sound.task], (error) => errors.push(error));
  await Promise.all([broken.ran(2), sound.ran(3)]);
  expect(errors).toEqual([new Error("no database")]);
  await work.stop();
});

test("stopping waits for the task at work, and nothing runs after it", async () => {
  const atWork = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  let finished = false;
  const task = watched(async () => {
    atWork.resolve();
    await finish.promise;
    finished = true;
    return Date.now();
  });
  const work = startClockWork(Date.now, [task.task], fail);
  await atWork.promise;
  const stopped = work.stop();
  finish.resolve();
  await stopped;
  expect(finished).toBe(true);
  expect(task.hears()).toBe(false);
  expect(task.count()).toBe(1);
});
