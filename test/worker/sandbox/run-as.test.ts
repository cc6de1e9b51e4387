import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BuildLog } from "../../../src/worker/builds/build-log.ts";
import { userFor } from "../../../src/worker/builds/run-as.ts";
import { findBubblewrap } from "../../../src/worker/sandbox/bubblewrap.ts";
import { findUser } from "../../../src/worker/sandbox/command-user.ts";
import { processExecutor, Sandbox } from "../../../src/worker/sandbox/index.ts";
import { fakeTools } from "../support/fake-tools.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
await chmod(folder, 0o711);
const isRoot = process.getuid?.() === 0;
const bubblewrap = await findBubblewrap();
const [nobody, daemon] = await Promise.all(["nobody", "daemon"].map(findUser));
const executors = [processExecutor, ...(bubblewrap === undefined ? [] : [bubblewrap])];

describe.each(executors)("P3.24 a root worker, commands in $name", (executor) => {
  describe.runIf(isRoot && nobody && daemon)("run as another user", () => {
    const sandbox = new Sandbox(executor);
    const open = (options = {}) => openSession(folder, { ...options, sandbox });

    test("in a new shell, with folder and environment carried over, and as owner of the job's files", async () => {
      const { run, session, job, output, workDir } = await open({ environment: { GIVEN: "1" } });
      await run(
        'cd "$HOME" && mkdir sub && echo before > sub/file && cd sub && export ADDED="a b" && LOST=1',
      );
      expect(await job.refusalOf("nobody")).toBeUndefined();
      await session.runAs("nobody");
      expect(await run('pwd; echo "$GIVEN $ADDED $LOST $USER $LOGNAME"; id -un; id -G')).toBe(0);
      const [, groups = ""] = nobody?.become.join(" ").match(/--groups (\S+)/) ?? [];
      expect(output()).toBe(
        `${join(workDir, "home/sub")}\n1 a b  nobody nobody\nnobody\n${groups.replaceAll(",", " ")}\n`,
      );
      expect(await run("echo after > file && echo x > $TMPDIR/x && cat file > /dev/stderr")).toBe(0);
      expect(output()).toMatch(/\nafter\n$/);
      expect((await stat(join(workDir, "home/sub/file"))).uid).toBe(nobody?.uid);
    });

    test("and as the next one, and as the worker's own again", async () => {
      const { run, session, output, workDir } = await open();
      await session.runAs("nobody");
      await run("umask 077; echo theirs > $HOME/file");
      await session.runAs("daemon");
      expect(await run("id -un; cat $HOME/file; echo mine > $HOME/file")).toBe(0);
      await session.runAs(undefined);
      expect(await run("id -un; cat $HOME/file; echo root > $HOME/file; echo $USER")).toBe(0);
      expect(output()).toBe("daemon\ntheirs\nroot\nmine\nroot\n");
      expect((await stat(join(workDir, "home/file"))).uid).toBe(0);
    });

    test("without root's rights: the worker's files stay closed, and a link to one stays what it is", async () => {
      const { run, session, workDir } = await open();
      const secret = join(workDir, "secret");
      await writeFile(secret, "secret", { mode: 0o600 });
      await run(`ln -s ${secret} $HOME/link`);
      await session.runAs("nobody");
      expect(await run("cat $HOME/link")).not.toBe(0);
      expect(await run(`cat ${secret}`)).not.toBe(0);
      expect((await stat(secret)).uid).toBe(0);
    });

    test("each command's own shell, in version 0.1", async () => {
      const { run, session, output } = await open({ fresh: true });
      await session.runAs("nobody");
      await run("id -un");
      expect(output()).toBe("nobody\n");
    });

    test("and end with all that they started", async () => {
      const { run, session } = await open();
      await session.runAs("nobody");
      await run("setsid sleep 600 > /dev/null 2>&1 & echo");
      await session.end();
    });

    test("P10.7 what ends a shell by itself is found by the next one", async () => {
      const { run, session, output } = await open();
      await session.runAs("nobody");
      expect(await run("cd $HOME; export A=1; exit 3")).toEqual({ kind: "exited", status: 3 });
      await session.runAs("daemon");
      await run("echo $A $USER $(basename $PWD)");
      expect(output()).toBe("1 daemon home\n");
    });
  });
});

test.runIf(isRoot && nobody)(
  "P3.24 a user who can't reach the job's folder is refused, and why",
  async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    const { job } = await openSession(closed, { sandbox: new Sandbox(processExecutor) });
    const lines: string[] = [];
    const log = new BuildLog({
      ...(await fakeTools(folder)).tools.log,
      system: (text) => void lines.push(text),
    });
    await expect(userFor("nobody", job, log)).rejects.toMatchObject({
      statusCode: "CLIENT_ERROR",
      message: "run-as: user nobody cannot be used on this worker",
    });
    expect(lines.join("\n")).toContain("can't cd to");
  },
);
