/** Shells that were there before their job: all that holds for others holds for them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../src/worker/is-alive.ts";
import { processExecutor, Sandbox } from "../../../src/worker/sandbox/index.ts";
import { Launcher } from "../../../src/worker/sandbox/launcher.ts";
import { PipeMaker } from "../../../src/worker/sandbox/pipes.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const pipes = new PipeMaker();

async function launcher(): Promise<Launcher> {
  const started = await Launcher.start(pipes);
  onTestFinished(() => void started.child.kill("SIGKILL"));
  return started;
}

test("a shell that waited for its job is the job's like any other: folder, variables, priority, session", async () => {
  const sandbox = new Sandbox(processExecutor);
  const first = await openSession(folder, { sandbox });
  await first.run(":");
  const shell = 'echo "$PWD $HOME $MILLRACE_JOB $ODD ${OLDPWD-none}"; ps -o pid=,pgid=,sid=,ni= -p $$';
  // The one that is prepared for the next job is there soon, or that job starts its own.
  const second = await openSession(folder, { sandbox, environment: { ODD: "it's $(touch evil) \\ \n`x`" } });
  await second.run(shell);
  const [line = "", rest = "", process = ""] = second.output().split("\n");
  expect(line).toBe(
    `${second.job.folders.output} ${second.workDir}/home ${second.jobId} it's $(touch evil) \\ `,
  );
  expect(rest).toBe("`x` none");
  const [pid, group, session, niceness] = process.trim().split(/\s+/);
  expect([group, session, niceness]).toEqual([pid, pid, "5"]);
  await sandbox.rest();
});

test("what it becomes is told where no list of processes shows it", async () => {
  const waiting = await launcher();
  const argv = ["/bin/sh", "-c", "read line <&3; echo $line $SECRET >&4"];
  const program = { argv, folder: "/", environment: { PATH: "/usr/bin:/bin", SECRET: "s3cr3t" } };
  expect(waiting.canBecome(program)).toBe(true);
  await waiting.become(program);
  await expect.poll(() => commandLineOf(waiting.pid), { timeout: 30_000 }).toContain("read line");
  expect(commandLineOf(waiting.pid)).not.toContain("s3cr3t");
  const answer = once(waiting.child.stdio[4]!, "data");
  (waiting.child.stdio[3] as NodeJS.WritableStream).write("hello\n");
  expect(String((await answer)[0])).toBe("hello s3cr3t\n");
});

test.each([
  ["a name that no shell takes", { argv: ["/bin/sh"], environment: { "a-b": "1" } }],
  ["a variable of the shell's own", { argv: ["/bin/sh"], environment: { BASH_ENV: "/x" } }],
  ["a program that isn't there", { argv: ["/no/such/shell"], environment: {} }],
  ["a program that its PATH leads to", { argv: ["bash"], environment: {} }],
  ["more than a pipe holds", { argv: ["/bin/sh"], environment: { LARGE: "x".repeat(60_000) } }],
])("it doesn't become a shell with %s, which is started without it", async (_, program) => {
  const waiting = await launcher();
  expect(waiting.canBecome({ folder: "/", ...program })).toBe(false);
  await waiting.dismiss();
  expect(isAlive(waiting.pid)).toBe(false);
});

test("it ends with its worker, whenever that is killed", async () => {
  const module = fileURLToPath(new URL("../../../src/worker/sandbox", import.meta.url));
  const program = `
    import { Launcher } from "${module}/launcher.ts";
    import { PipeMaker } from "${module}/pipes.ts";
    console.log((await Launcher.start(new PipeMaker())).pid);
    process.kill(process.pid, "SIGKILL");
  `;
  const worker = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [pid] = await once(worker.stdout, "data");
  await expect.poll(() => commandLineOf(Number(pid)), { timeout: 30_000 }).toBe("");
});

/** Empty when it has ended, whether or not anybody has taken note. */
function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
