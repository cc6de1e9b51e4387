/** The queue of commit statuses, on the real store, under a clock that the test sets (S7.11). */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCommitStatuses, type UntoldStatus } from "../../src/core/commit-statuses/index.ts";
import type { TellableStatus, Told } from "../../src/core/connections/types.ts";
import { putCommitStatus } from "../../src/core/store/commit-statuses.ts";
import type { Store } from "../../src/core/store/store.ts";
import { emptyStore } from "../support/store.ts";

const connection = "arn:aws:codestar-connections:us-east-1:000000000000:connection/c";
const commit = "c".repeat(40);

let store: Store;
let now: number;
let ids = 0;
beforeAll(async () => {
  store = await emptyStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  now = 1_000_000;
  await store.transaction((tx) => tx.deleteFrom("commit_status").execute());
});

const put = (state: string, change: { pipeline_name?: string; connection?: string } = {}) =>
  store.transaction((tx) =>
    putCommitStatus(tx, {
      id: `id-${++ids}`,
      account: "000000000000",
      region: "us-east-1",
      pipeline_name: "shop",
      connection,
      repository: "octo/shop",
      commit_id: commit,
      execution_id: "e",
      action_execution_id: "fetch-1",
      state,
      description: state,
      due: now,
      ...change,
    }),
  );

const queued = () => store.read.selectFrom("commit_status").select(["state", "due", "tries"]).execute();

/** @param answer of the host, to each try */
function teller(
  answer: (status: TellableStatus) => Told | Promise<Told>,
  asked: () => Promise<void> = async () => undefined,
) {
  const told: string[] = [];
  const doubted: string[] = [];
  const notes: string[] = [];
  const failures: UntoldStatus[] = [];
  const statuses = createCommitStatuses({
    store,
    ambient: { now: () => now },
    logs: { note: async (_, id, { text }) => void notes.push(`${id}: ${text}`) },
    connections: {
      async tellStatus(_account, _arn, _repository, status) {
        told.push(status.state);
        return answer(status);
      },
      doubt(_, arn) {
        doubted.push(arn);
        return asked();
      },
    },
    publicUrl: () => "https://millrace.example",
    isWanted: (arn) => !arn.endsWith("/unwanted"),
    onFailure: (failure) => void failures.push(failure),
  });
  return { ...statuses, told, doubted, notes, failures };
}

const failed: Told = { kind: "failed", reason: "host answered 503" };

test("S7.11: of one commit and pipeline the newest is told alone, of others each", async () => {
  const host = teller(() => ({ kind: "told" }));
  await put("running");
  await put("bad");
  await put("running", { pipeline_name: "other" });
  expect(await host.deliver()).toBeUndefined();
  expect(host.told.toSorted()).toEqual(["bad", "running"]);
  expect(await queued()).toEqual([]);
});

test("S7.11: what is newer waits until the older was told, and is told at once then", async () => {
  const older = Promise.withResolvers<Told>();
  const host = teller(({ state }) => (state === "running" ? older.promise : { kind: "told" }));
  await put("running");
  const delivering = host.deliver();
  await expect.poll(() => host.told).toEqual(["running"]);
  await put("good");
  await host.deliver();
  expect(host.told).toEqual(["running"]);
  older.resolve({ kind: "told" });
  expect(await delivering).toBe(now);
  await host.deliver();
  expect(host.told).toEqual(["running", "good"]);
  expect(await queued()).toEqual([]);
});

test("S7.11: a newer one is told at once, too, where the older is to be tried again", async () => {
  const host = teller(({ state }) => (state === "running" ? failed : { kind: "told" }));
  await put("running");
  expect(await host.deliver()).toBe(now + 1_000);
  await put("good");
  expect(await host.deliver()).toBeUndefined();
  expect(host.told).toEqual(["running", "good"]);
});

test("S7.11: ten tries, a second apart first and twice as long each time, then the source's log says so", async () => {
  const host = teller(() => failed);
  await put("good");
  const waits: number[] = [];
  for (;;) {
    const due = await host.deliver();
    if (due === undefined) break;
    waits.push((due - now) / 1_000);
    now = due;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
  expect(host.told).toHaveLength(10);
  expect(host.notes).toEqual([
    `fetch-1: [Millrace] the status of commit ${commit} was not set: host answered 503`,
  ]);
  expect(host.failures.map(({ tries, givenUp }) => [tries, givenUp]).slice(-2)).toEqual([
    [9, false],
    [10, true],
  ]);
});

test("S7.11: what a host that doesn't answer is still to be told stands behind what wasn't tried yet", async () => {
  const host = teller(({ state }) => (state === "running" ? failed : { kind: "told" }));
  for (let one = 0; one < 40; one += 1) await put("running", { pipeline_name: `dead-${one}` });
  await host.deliver();
  await host.deliver();
  now += 60_000;
  await put("good");
  await host.deliver();
  expect(host.told.slice(40)).toContain("good");
});

test("S7.2, S7.11: a refusal ends it at once; a token that isn't taken is doubted", async () => {
  const host = teller(() => ({ kind: "refused", reason: "host answered 401", badToken: true }));
  await put("good");
  expect(await host.deliver()).toBeUndefined();
  expect([host.told.length, host.doubted, host.notes.length]).toEqual([1, [connection], 1]);
});

test("S7.11: nothing is told by a connection whose hosts the operator doesn't want told", async () => {
  const host = teller(() => ({ kind: "told" }));
  await put("good", { connection: "arn:…/unwanted" });
  await host.deliver();
  expect([host.told, await queued()]).toEqual([[], []]);
});

test("a server that dies while it tells leaves it to another, when its claim has ended; one that closes does the same", async () => {
  const never = teller(() => new Promise<Told>(() => undefined));
  await put("good");
  void never.deliver();
  await expect.poll(() => never.told).toHaveLength(1);
  const other = teller(() => ({ kind: "told" }));
  const due = (await other.deliver()) ?? 0;
  expect(due).toBeGreaterThan(now);
  now = due;
  await other.deliver();
  expect([other.told, await queued()]).toEqual([["good"], []]);

  const closing = teller(() => {
    closing.close();
    return failed;
  });
  await put("bad");
  await closing.deliver();
  expect(await queued()).toMatchObject([{ state: "bad", tries: 1 }]);
  expect(closing.failures).toEqual([]);
});

test.each<Told>([
  { kind: "told" },
  failed,
  { kind: "refused", reason: "host answered 404", badToken: false },
])(
  "S7.11: who comes back behind the end of a claim leaves it to the server that has it now: $kind",
  async (late) => {
    const [slowly, then] = [Promise.withResolvers<Told>(), Promise.withResolvers<Told>()];
    const slow = teller(() => slowly.promise);
    const next = teller(({ state }) => (state === "running" ? then.promise : { kind: "told" }));
    await put("running");
    const first = slow.deliver();
    await expect.poll(() => slow.told).toEqual(["running"]);
    now += 20_000;
    const second = next.deliver();
    await expect.poll(() => next.told).toEqual(["running"]);
    slowly.resolve(late);
    await first;
    await put("good");
    await slow.deliver();
    expect([slow.told, slow.notes, slow.failures]).toEqual([["running"], [], []]);
    then.resolve({ kind: "told" });
    await second;
    await next.deliver();
    expect([next.told, await queued()]).toEqual([["running", "good"], []]);
  },
);

test("S7.11: a try that never comes to its end counts too, so that there are ten of these as well", async () => {
  const host = teller(() => Promise.reject(new TypeError("Invalid character in header content")));
  await put("good");
  for (let time = 0; time < 15; time += 1) {
    await host.deliver().catch(() => undefined);
    now += 20_000;
  }
  expect(host.told).toHaveLength(10);
  expect(await queued()).toEqual([]);
  expect(host.failures).toMatchObject([{ tries: 10, givenUp: true }]);
});

test("S7.2, S7.11: a token is doubted once the status is off the queue, however long that takes", async () => {
  const doubting = Promise.withResolvers<void>();
  const host = teller(
    () => ({ kind: "refused", reason: "host answered 401", badToken: true }),
    () => doubting.promise,
  );
  await put("good");
  const delivering = host.deliver();
  await expect.poll(() => host.doubted).toEqual([connection]);
  expect(await queued()).toEqual([]);
  doubting.resolve();
  await delivering;
});
