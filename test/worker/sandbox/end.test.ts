import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ControlGroup } from "../../../src/worker/sandbox/control-group/control-group.ts";
import { endStrays } from "../../../src/worker/sandbox/index.ts";
import { openSession } from "../support/job-sandbox.ts";
import { ownSeconds, processesWith } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();

/**
 * Waits until so many processes sleep for these seconds. One that is only about to has the command line of the shell that
 * forked it, and for a moment none, nor an environment.
 */
const sleeping = (seconds: string, count: number) =>
  expect.poll(() => processesWith(`sleep\0${seconds}`).length, { timeout: 30_000 }).toBe(count);

describe("P10.7 the end of the tree", () => {
  test("P3.18 what still runs in the background is ended at a normal end", async () => {
    const { run, session } = await openSession(folder);
    const word = ownSeconds();
    await run(`sleep ${word} & sleep ${word} &`);
    await sleeping(word, 2);
    await session.end();
    expect(processesWith(word)).toEqual([]);
  });

  test("a process that left group and session is found by its mark", async () => {
    const { run, session } = await openSession(folder);
    const word = ownSeconds();
    await run(`setsid sh -c 'sleep ${word} & wait' >/dev/null 2>&1 &`);
    await sleeping(word, 1);
    await session.end();
    expect(processesWith(word)).toEqual([]);
  });

  test("a stopped command ends with its children, and says the reason", async () => {
    const { run } = await openSession(folder);
    const word = ownSeconds();
    const stop = new AbortController();
    const running = run(`sh -c 'sleep ${word}'; echo never`, stop.signal);
    await sleeping(word, 1);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect(processesWith(word)).toEqual([]);
  });

  test("SIGTERM first: a command may clean up", async () => {
    const { run, workDir } = await openSession(folder, {
      on: (text) => text.includes("ready") && stop.abort(),
    });
    const stop = new AbortController();
    const command = "trap 'echo cleaned > $HOME/done; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    await expect(run(command, stop.signal)).rejects.toThrow();
    expect(await readFile(join(workDir, "home/done"), "utf8")).toBe("cleaned\n");
  });

  test("SIGKILL after 5 s: a command that won't end is ended", async () => {
    const stop = new AbortController();
    const { run } = await openSession(folder, { on: (text) => text.includes("ready") && stop.abort() });
    const word = ownSeconds();
    const started = Date.now();
    const stubborn = `trap '' TERM; (trap '' TERM; sleep ${word}) & echo ready; while :; do wait; done`;
    await expect(run(stubborn, stop.signal)).rejects.toThrow();
    expect(processesWith(word)).toEqual([]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(5_000);
    expect(Date.now() - started).toBeLessThan(40_000);
  });

  test("the shell's own EXIT trap runs at the end", async () => {
    const { run, session, output } = await openSession(folder);
    await run("trap 'echo bye' EXIT");
    await session.end();
    expect(output()).toBe("bye\n");
  });

  test("an EXIT trap that never ends doesn't hang the build", async () => {
    const { run, session } = await openSession(folder);
    await run("trap 'sleep 700' EXIT");
    await session.end();
  });

  test.runIf(process.getuid?.() === 0 && existsSync("/sys/fs/cgroup"))(
    "with a control group, a process that hides from every mark is found too",
    async () => {
      const { run, session } = await openSession(folder);
      const word = ownSeconds();
      await run(
        `env -i /usr/bin/setsid /bin/sh -c '/bin/sleep ${word} & exec /bin/sleep ${word}' >/dev/null 2>&1 &`,
      );
      await sleeping(word, 2);
      await session.end();
      expect(processesWith(word)).toEqual([]);
    },
  );

  test.runIf(process.getuid?.() === 0 && existsSync("/sys/fs/cgroup"))(
    "no process is in a control group that another worker has removed meanwhile",
    async () => {
      const group = ControlGroup.create();
      expect(group?.processes()).toEqual([]);
      await group?.remove();
      expect(group?.processes()).toEqual([]);
    },
  );

  test("what a worker that died left running is ended by the next one", async () => {
    const word = ownSeconds();
    const jobId = `stray-${word.replace(".", "-")}`;
    const env = { PATH: process.env.PATH, MILLRACE_JOB: jobId };
    spawn("/bin/sh", ["-c", `sleep ${word} & wait`], { env, detached: true, stdio: "ignore" });
    await sleeping(word, 1);
    await endStrays("another-job", folder);
    expect(processesWith(word)).toHaveLength(2);
    await endStrays(jobId, folder);
    expect(processesWith(word)).toEqual([]);
  });
});
