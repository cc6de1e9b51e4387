import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogs, type LogLine } from "../../src/core/logs/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";
import { nextJob, runningAction } from "./support/rows.ts";

let store: Store;
let action: string;
let first: string;

beforeEach(async () => {
  store = await emptyStore();
  ({ actionExecutionId: action, jobId: first } = await runningAction(store));
});
afterEach(() => store.close());

test("P11.1 lines are numbered from 1 over the action, whatever job sent them", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 3) });
  await setJob(first, "TimedOut");
  const second = await nextJob(store, action);
  await logs.append({ actionExecutionId: action, jobId: second, lines: lines(1, 2) });
  expect((await logs.read(action, 1)).map((line) => line.seq)).toEqual([1, 2, 3, 4, 5]);
  expect((await logs.read(action, 4)).map((line) => line.text)).toEqual(["line 1", "line 2"]);
});

test("a batch that is delivered twice is kept once, an overlapping one for its new lines only", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 3) });
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 3) });
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(2, 5) });
  expect((await logs.read(action, 1)).map((line) => line.text)).toEqual(
    [1, 2, 3, 4, 5].map((n) => `line ${n}`),
  );
});

test("lines of the server's own and of a worker that come at the same moment are all kept, each behind the other", async () => {
  const logs = createLogs(store);
  const note = (text: string) =>
    store.transaction((tx) => logs.note(tx, action, { time: 1_700_000_000_000, text }));
  const notes = Array.from({ length: 12 }, (_, n) => `note ${n}`);
  await Promise.all([
    logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 3) }),
    ...notes.map(note),
    logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 3) }),
  ]);
  const kept = await logs.read(action, 1);
  expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, n) => n + 1));
  expect(kept.map(({ text }) => text).sort()).toEqual([...notes, "line 1", "line 2", "line 3"].sort());
});

test("A14 a job that ended, or works on another action, can't write", async () => {
  const logs = createLogs(store);
  await setJob(first, "Succeeded");
  await expect(logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 1) })).rejects.toThrow(
    /ended or does not work/,
  );
  await expect(
    logs.append({ actionExecutionId: action, jobId: "made-up", lines: lines(1, 1) }),
  ).rejects.toThrow();
  expect(await logs.read(action, 1)).toEqual([]);
});

test("P11.4 a worker that ignores the limit is stopped", async () => {
  const logs = createLogs(store);
  const big = { ...line(1), text: "x".repeat(129 * 1024 * 1024) };
  await expect(logs.append({ actionExecutionId: action, jobId: first, lines: [big] })).rejects.toThrow(
    /at most/,
  );
});

test("a follower gets what is there, what comes, and the end", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(1, 2) });
  const seen: number[] = [];
  let ended = false;
  const following = (async () => {
    for await (const batch of logs.follow(action, 1, new AbortController().signal)) {
      seen.push(...batch.map((entry) => entry.seq));
    }
    ended = true;
  })();
  await expect.poll(() => seen, { timeout: 30_000 }).toEqual([1, 2]);
  await logs.append({ actionExecutionId: action, jobId: first, lines: lines(3, 3) });
  await expect.poll(() => seen, { timeout: 30_000 }).toEqual([1, 2, 3]);
  expect(ended).toBe(false);
  await store.transaction(async (tx) => {
    await tx.updateTable("action_execution").set({ status: "Succeeded" }).where("id", "=", action).execute();
  });
  await following;
  expect(seen).toEqual([1, 2, 3]);
});

test("a follower that is aborted stops", async () => {
  const logs = createLogs(store);
  const abort = new AbortController();
  const following = Array.fromAsync(logs.follow(action, 1, abort.signal));
  abort.abort();
  expect(await following).toEqual([]);
});

function line(seq: number): LogLine {
  return { seq, time: 1000 + seq, stream: "stdout", text: `line ${seq}` };
}

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
}

async function setJob(id: string, status: string): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.updateTable("job").set({ status }).where("id", "=", id).execute();
  });
}
