import { expect, test, vi } from "vitest";
import { createProcessSlots } from "../../src/services/git/process-slots.ts";

const busy = () => new Error("busy");

/** Work that goes on until it is let go, and how much of it runs. */
function workload() {
  const running: { user: string; end: () => void }[] = [];
  return {
    running,
    users: () => running.map(({ user }) => user),
    work: (user: string) => () =>
      new Promise<void>((resolve) => {
        const entry = {
          user,
          end() {
            running.splice(running.indexOf(entry), 1);
            resolve();
          },
        };
        running.push(entry);
      }),
  };
}

const settle = () => new Promise(setImmediate);

test("S6.11 no more processes run at once than the server and each user may have", async () => {
  const slots = createProcessSlots({ total: 3, perUser: 2, waitMs: 30_000 });
  const { running, users, work } = workload();
  const all = ["a", "a", "a", "b", "b"].map((user) => slots.withSlot(user, busy, work(user)));
  await settle();
  expect(users()).toEqual(["a", "a", "b"]);

  // b's slot goes to the one who waits longest and may have it: a has two.
  running.find(({ user }) => user === "b")?.end();
  await settle();
  expect(users()).toEqual(["a", "a", "b"]);
  running[0]?.end();
  await settle();
  expect(users()).toEqual(["a", "b", "a"]);
  while (running.length > 0) {
    running[0]?.end();
    await settle();
  }
  await Promise.all(all);
});

test("S6.11 who waits longer than allowed is told so, and takes no slot", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const slots = createProcessSlots({ total: 1, perUser: 1, waitMs: 30_000 });
    const { running, users, work } = workload();
    const first = slots.withSlot("a", busy, work("a"));
    const second = slots.withSlot("b", busy, work("b"));
    const refused = expect(second).rejects.toThrow("busy");
    vi.advanceTimersByTime(30_000);
    await refused;
    running[0]?.end();
    await first;
    const third = slots.withSlot("b", busy, work("b"));
    await settle();
    expect(users()).toEqual(["b"]);
    running[0]?.end();
    await third;
  } finally {
    vi.useRealTimers();
  }
});

test("work that fails gives its slot back", async () => {
  const slots = createProcessSlots({ total: 1, perUser: 1, waitMs: 30_000 });
  const failing = slots.withSlot("a", busy, async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await slots.withSlot("a", busy, async () => "yes")).toBe("yes");
});
