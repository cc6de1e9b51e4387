/**
 * What a build leaves for its worker to read: the file with its shell's state, and the answers to the worker's questions.
 * Neither may show the build anything of the worker's, fill the worker's memory, or keep it waiting (attack A25).
 */
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openSession } from "../worker/support/job-sandbox.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();

describe.each(["/bin/sh", "bash"])("A25 in one %s", (program) => {
  const state = '"$TMPDIR/../shell/state"';

  test.each([
    ["a pipe that nobody writes to", `mkfifo ${state}`],
    ["a file without end", `ln -s /dev/zero ${state}`],
    ["a folder", `mkdir ${state}`],
    ["more than a shell has", `{ printf '/\\0'; yes 'export X=1' | head -c 3000000; } > ${state}`],
  ])("the state of a shell that ended is passed over when it is %s", async (_, plant) => {
    const { run, output } = await openSession(folder, { program });
    expect(await run(`trap - EXIT; ${plant}; exit 3`)).toEqual({ kind: "exited", status: 3 });
    expect(await run("echo X is $X")).toBe(0);
    expect(output()).toBe("X is\n");
  });

  test("a link in the state's place doesn't show the build its worker's environment", async () => {
    // Read at once by whoever follows the link: with NUL between its variables it has the form of a state.
    const names = readFileSync("/proc/self/environ", "utf8").match(/(?<=^|\0)\w+=/g) ?? [];
    const { run, output } = await openSession(folder, { program });
    await run("set");
    const usual = output();
    await run(`trap - EXIT; ln -s /proc/self/environ ${state}; exit`);
    await run("set");
    const foreign = names.filter((name) => !usual.includes(name));
    expect(foreign).not.toEqual([]);
    expect(foreign.filter((name) => output().includes(name))).toEqual([]);
  });

  test("a variable larger than any that can be handed on ends the shell, not the worker", async () => {
    const { run, session } = await openSession(folder, { program });
    await run("X=$(head -c 3000000 /dev/zero | tr '\\0' x)");
    await expect(session.variables(["X"])).rejects.toMatchObject({ type: "JobFailed" });
    await session.end();
  });

  test("a build that redefines what questions are asked with ends by it, and keeps nobody waiting", async () => {
    const { run, session } = await openSession(folder, { program });
    await run('command() { case $2 in s*) printf "$2" "$3" ;; *) sleep 600 ;; esac; }');
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const asked = session.variables(["X"]);
    const refused = expect(asked).rejects.toMatchObject({ type: "JobFailed" });
    await vi.advanceTimersByTimeAsync(30_000);
    await refused;
  });
});
