import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Backlog } from "../../../src/worker/log/backlog.ts";
import { createJobLog } from "../../../src/worker/log/log.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const MiB = 1024 * 1024;

/** A log whose lines nobody takes before `deliver` is called. */
function stuckLog(backlogFile: string) {
  const gate = Promise.withResolvers<void>();
  const texts: string[] = [];
  const log = createJobLog({
    async send(lines) {
      await gate.promise;
      texts.push(...lines.map(({ text }) => text));
    },
    backlogFile,
    now: Date.now,
    signal: new AbortController().signal,
    onRefused: () => undefined,
  });
  const write = (bytes: number, from = 0) => {
    const count = Math.ceil(bytes / 1_000);
    const lines = Array.from({ length: count }, (_, index) => `${from + index} `.padEnd(950, "x"));
    log.output("stdout", Buffer.from(`${lines.join("\n")}\n`));
    return lines;
  };
  return { log, texts, write, deliver: () => gate.resolve() };
}

/** Of this process, in the test's folder; files that were unlinked count. */
function openFiles(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}

async function isReady(ready: Promise<void>): Promise<boolean> {
  return await Promise.race([
    ready.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);
}

test("P11.4 lines that can't be delivered wait on disk, up to 64 MiB, then hold their writer up; none is lost", async () => {
  const { log, texts, write, deliver } = stuckLog(join(folder, "stuck"));
  const lines = write(60 * MiB);
  expect(await isReady(log.ready())).toBe(true);
  expect(openFiles()).toBe(1);
  expect(existsSync(join(folder, "stuck"))).toBe(false);
  lines.push(...write(8 * MiB, lines.length));
  const ready = log.ready();
  expect(await isReady(ready)).toBe(false);
  deliver();
  await ready;
  await log.end();
  expect(texts).toEqual(lines);
  expect(openFiles()).toBe(0);
});

test("P11.4 where the disk takes nothing, 16 MiB wait in memory", async () => {
  const { log, texts, write, deliver } = stuckLog(join(folder, "no such folder", "stuck"));
  const lines = write(12 * MiB);
  expect(await isReady(log.ready())).toBe(true);
  lines.push(...write(6 * MiB, lines.length));
  expect(await isReady(log.ready())).toBe(false);
  deliver();
  await log.end();
  expect(texts).toEqual(lines);
});

test("what is cleared lets go of its file, and the next lines find it anew", () => {
  const backlog = new Backlog(join(folder, "cleared"));
  const fill = () => {
    for (let seq = 1; seq <= 4_000; seq += 1)
      backlog.push({ line: { seq, time: 0, stream: "stdout", text: "x" }, bytes: 1_000 });
  };
  fill();
  expect(openFiles()).toBe(1);
  backlog.clear();
  expect([openFiles(), backlog.bytes, backlog.first(10)]).toEqual([0, 0, []]);
  fill();
  let taken = 0;
  for (let batch = backlog.first(5_000); batch.length > 0; batch = backlog.first(5_000)) {
    expect(batch[0]?.line.seq).toBe(taken + 1);
    taken += batch.length;
    backlog.drop(batch.length);
  }
  expect([taken, backlog.bytes, openFiles()]).toEqual([4_000, 0, 0]);
});
