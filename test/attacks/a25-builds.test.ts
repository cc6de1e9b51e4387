import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ControlGroup } from "../../src/worker/sandbox/control-group/control-group.ts";
import { watchDisk } from "../../src/worker/sandbox/disk-watch.ts";
import { endTree } from "../../src/worker/sandbox/end-tree.ts";
import { openSession } from "../worker/support/job-sandbox.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();

describe("A25 a build that uses up what it can get is bounded, and ends", () => {
  test.runIf(process.getuid?.() === 0 && existsSync("/sys/fs/cgroup"))(
    "a fork bomb stops at the limit of its control group, and none of it is left",
    async () => {
      const group = ControlGroup.create(40);
      expect(group).toBeDefined();
      const bomb = spawn("/bin/sh", ["-c", "read go; bomb() { bomb & bomb & exec sleep 600; }; bomb"], {
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
      });
      await group!.add(bomb.pid!);
      bomb.stdin.write("go\n");
      await expect.poll(() => group!.processes().length, { timeout: 30_000 }).toBeGreaterThan(5);
      expect(group!.processes().length).toBeLessThanOrEqual(40);
      await endTree(
        { jobId: "bomb", groups: new Set([bomb.pid!]), first: { pid: bomb.pid!, startedAt: 0 } },
        group,
      );
      expect(group!.processes()).toEqual([]);
      group!.remove();
    },
  );

  test("the shell is told its limits", async () => {
    const { run, output } = await openSession(folder, { program: "bash" });
    await run("ulimit -c; ulimit -f; ulimit -u");
    expect(output()).toBe("0\n5242880\n4096\n");
  });

  test("endless output is held back when the log can't keep up: memory stays, the command waits", async () => {
    let bytes = 0;
    const stop = new AbortController();
    // A log that never takes more.
    const { run } = await openSession(folder, {
      on: (text) => {
        bytes += text.length;
      },
      ready: async () => {
        if (!stop.signal.aborted) await once(stop.signal, "abort");
      },
    });
    const running = run("yes 'a line of text'", stop.signal);
    await expect.poll(() => bytes, { timeout: 30_000 }).toBeGreaterThan(200_000);
    let before = -1;
    await expect
      .poll(
        () => {
          const same = bytes === before;
          before = bytes;
          return same;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    expect(bytes).toBeLessThan(2_000_000);
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });

  test("a background process that never stops printing doesn't hold up the commands", async () => {
    const { run, session, output } = await openSession(folder);
    expect(await run("yes endless &")).toBe(0);
    for (let i = 0; i < 5; i += 1) expect(await run(`echo command ${i} >&2`)).toBe(0);
    expect(output()).toContain("command 4");
    await session.end();
  });

  test("files that fill the disk are noticed, those in folders too; holes and links don't count", async () => {
    const { run, workDir } = await openSession(folder);
    const watch = (ms: number) =>
      watchDisk(workDir, AbortSignal.timeout(ms), { limitBytes: 2 ** 20, everyMs: 10 });
    await run("truncate -s 1G hole; ln -s /usr link; mkdir -p a/b");
    await watch(300);
    await run("head -c 2000000 /dev/zero > a/b/large");
    await expect(watch(30_000)).rejects.toMatchObject({
      type: "JobFailed",
      message: "The job's files take more disk than the limit of 0.0009765625 GiB.",
    });
  });

  test("a command that goes beyond --disk-limit is ended with its job", async () => {
    const { run } = await openSession(folder, { diskLimit: 2 ** 20 });
    await expect(run("head -c 2000000 /dev/zero > large; sleep 600")).rejects.toMatchObject({
      type: "JobFailed",
      message: expect.stringContaining("more disk than the limit"),
    });
  });
});
