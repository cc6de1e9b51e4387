import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogs, type LogLine } from "../../src/core/logs/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

const action = "00000000-0000-4000-8000-00000000000a";
let store: Store;

beforeEach(async () => {
  store = await emptyStore();
  await store.transaction(async (tx) => {
    await tx
      .insertInto("pipeline")
      .values({
        id: "p",
        account: "000000000000",
        region: "us-east-1",
        name: "web",
        version: 1,
        created: 1,
        updated: 1,
        state: "{}",
      })
      .execute();
    await tx
      .insertInto("action_execution")
      .values({
        id: action,
        pipeline_id: "p",
        execution_id: "e",
        version: 1,
        stage: "Build",
        action: "Compile",
        attempt: 1,
        status: "InProgress",
        started: 1,
        updated: 1,
        input: "{}",
        output: "{}",
      })
      .execute();
  });
  await addJob("j1", "InProgress");
});
afterEach(() => store.close());

test("P11.1 lines are numbered from 1 over the action, whatever job sent them", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(1, 3) });
  await setJob("j1", "TimedOut");
  await addJob("j2", "InProgress");
  await logs.append({ actionExecutionId: action, jobId: "j2", lines: lines(1, 2) });
  expect((await logs.read(action, 1)).map((line) => line.seq)).toEqual([1, 2, 3, 4, 5]);
  expect((await logs.read(action, 4)).map((line) => line.text)).toEqual(["line 1", "line 2"]);
});

test("a batch that is delivered twice is kept once, an overlapping one for its new lines only", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(1, 3) });
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(1, 3) });
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(2, 5) });
  expect((await logs.read(action, 1)).map((line) => line.text)).toEqual(
    [1, 2, 3, 4, 5].map((n) => `line ${n}`),
  );
});

test("A14 a job that ended, or works on another action, can't write", async () => {
  const logs = createLogs(store);
  await setJob("j1", "Succeeded");
  await expect(logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(1, 1) })).rejects.toThrow(
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
  await expect(logs.append({ actionExecutionId: action, jobId: "j1", lines: [big] })).rejects.toThrow(
    /at most/,
  );
});

test("a follower gets what is there, what comes, and the end", async () => {
  const logs = createLogs(store);
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(1, 2) });
  const seen: number[] = [];
  let ended = false;
  const following = (async () => {
    for await (const batch of logs.follow(action, 1, new AbortController().signal)) {
      seen.push(...batch.map((entry) => entry.seq));
    }
    ended = true;
  })();
  await expect.poll(() => seen).toEqual([1, 2]);
  await logs.append({ actionExecutionId: action, jobId: "j1", lines: lines(3, 3) });
  await expect.poll(() => seen).toEqual([1, 2, 3]);
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

async function addJob(id: string, status: string): Promise<void> {
  await store.transaction(async (tx) => {
    await tx
      .insertInto("job")
      .values({
        id,
        pipeline_id: "p",
        pipeline_name: "web",
        pipeline_version: 1,
        execution_id: "e",
        action_execution_id: action,
        stage: "Build",
        action: "Compile",
        account: "000000000000",
        region: "us-east-1",
        owner: "AWS",
        category: "Compute",
        provider: "Commands",
        version: "1",
        query_value: null,
        status,
        created: 1,
        nonce: null,
        lease_until: null,
        handed_out: 1,
        losses: 0,
        continuation_token: null,
        work: "{}",
        result: null,
        ended: null,
      })
      .execute();
  });
}

async function setJob(id: string, status: string): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.updateTable("job").set({ status }).where("id", "=", id).execute();
  });
}
