import { describe, expect, test } from "vitest";
import { BuildLog } from "../../../src/worker/builds/build-log.ts";
import { runCommands } from "../../../src/worker/builds/run-commands.ts";
import { ControlGroup } from "../../../src/worker/sandbox/control-group/control-group.ts";
import { groupFolders } from "../../../src/worker/sandbox/control-group/own-groups.ts";
import { openSandbox, processExecutor, Sandbox, tryBubblewrap } from "../../../src/worker/sandbox/index.ts";
import { fakeTools } from "../support/fake-tools.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const never = new AbortController().signal;
const memory = 64 * 2 ** 20;
const limits = { cpus: 1.5, memory };
/** `tail` keeps all that it reads in memory. */
const greedy = "head -c 300000000 /dev/zero | tail >/dev/null";

const bubblewrap = await tryBubblewrap();
const group = ControlGroup.create();
const held = group?.limit(limits) ?? {};
group?.remove();
const isHeld = held.memory !== undefined && held.cpus !== undefined;

describe.skipIf(isHeld)("P2.2 the limits of a job", () => {
  test.skip("need a worker that may make control groups with memory and CPUs", () => undefined);
});

describe.runIf(isHeld)("P2.2 the limits of a job", () => {
  test("are its control group's, for all its processes", async () => {
    const { run, job, output } = await openSession(folder, { limits });
    expect(job.limits).toEqual(limits);
    const of = (controller: string) => `$(sed -n 's/^[0-9]*:${controller}://p' /proc/self/cgroup)`;
    await run(
      `cat /sys/fs/cgroup/memory${of("memory")}/memory.limit_in_bytes /sys/fs/cgroup/cpu${of("cpu")}/cpu.cfs_quota_us 2>/dev/null || cat /sys/fs/cgroup${of("")}/memory.max /sys/fs/cgroup${of("")}/cpu.max`,
    );
    expect(output()).toMatch(new RegExp(`^${memory}\n150000`));
  });

  test("P10.1 its processes give way to the worker as they would without a group", async () => {
    const { run, output } = await openSession(folder, { limits });
    const of = (controller: string) => `$(sed -n 's/^[0-9]*:${controller}://p' /proc/self/cgroup)`;
    await run(
      `cat /sys/fs/cgroup/cpu${of("cpu")}/cpu.shares 2>/dev/null || cat /sys/fs/cgroup${of("")}/cpu.weight.nice; nice`,
    );
    expect(output()).toMatch(/^(335|5)\n5\n$/);
  });

  test.each([false, true])(
    "a command that takes more memory ends, and it is said why (a fresh shell each: %s)",
    async (fresh) => {
      const { session } = await openSession(folder, { limits, fresh });
      expect(await session.run(greedy, never)).toEqual({
        kind: "returned",
        status: 137,
        outOfMemory: memory,
      });
      // What fails later isn't blamed on it.
      expect(await session.run("false", never)).toEqual({ kind: "returned", status: 1 });
      expect(await session.run(`${greedy} & wait; true`, never)).toEqual({ kind: "returned", status: 0 });
    },
  );

  test.runIf(bubblewrap)("hold what bubblewrap has started before it was in the group", async () => {
    const sandbox = await openSandbox({ executor: "bubblewrap" });
    const { session } = await openSession(folder, { sandbox, limits, fresh: true });
    // Each starts anew.
    for (const command of [greedy, `:; ${greedy}`])
      expect(await session.run(command, never)).toMatchObject({ status: 137, outOfMemory: memory });
    await sandbox.rest();
  });

  test("hold a shell that waited for its job", async () => {
    const sandbox = new Sandbox(processExecutor);
    const first = await openSession(folder, { sandbox });
    expect(first.job.limits).toEqual({});
    await first.run(":");
    await first.session.end();
    const second = await openSession(folder, { sandbox, limits });
    expect(await second.session.run(greedy, never)).toMatchObject({ status: 137, outOfMemory: memory });
    await sandbox.rest();
  });

  test("P3.17 the message of a command that had too little memory names what it had", async () => {
    const { session } = await openSession(folder, { limits: { cpus: 1, memory: 2 ** 27 } });
    const { tools, texts } = await fakeTools(folder);
    const reason = "exit status 137 (out of memory: the job's processes had 0.1 GiB together)";
    expect(await runCommands([greedy], session, new BuildLog(tools.log), never)).toEqual({
      command: greedy,
      reason,
    });
    expect(texts()).toContain(`Command did not exit successfully ${greedy} ${reason}`);
  });
});

describe("P10.1 the control groups that a worker is in", () => {
  test("version 2 has one, whatever bounds it", () => {
    expect(groupFolders("0::/system.slice/millrace.service\n")).toEqual([
      "/sys/fs/cgroup/system.slice/millrace.service",
    ]);
  });

  test("version 1 has some for each kind of bound", () => {
    const text = "9:name=systemd:/a\n8:pids:/b\n4:memory:/c\n3:cpuset:/d\n2:cpu,cpuacct:/e:f\n0::/\n";
    const [pids, memory, cpu] = groupFolders(text);
    expect([pids, memory, cpu]).toEqual([
      "/sys/fs/cgroup/pids/b",
      "/sys/fs/cgroup/memory/c",
      "/sys/fs/cgroup/cpu/e:f",
    ]);
  });
});
