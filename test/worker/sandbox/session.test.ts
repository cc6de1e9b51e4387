import { realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = realpathSync(await tempFolder());

describe.each(["/bin/sh", "bash"])("commands in one %s", (program) => {
  const open = (options = {}) => openSession(folder, { program, ...options });

  test("P3.13 folder, variables, functions and options stay from command to command", async () => {
    const { run, output } = await open();
    await run("cd /usr");
    await run("plain=1; export EXPORTED=2; greet() { echo hello $1; }; set -f");
    await run("pwd; echo $plain $EXPORTED *; greet you");
    expect(output()).toBe("/usr\n1 2 *\nhello you\n");
  });

  test("P3.14 the status is that of the last command, without -e or pipefail", async () => {
    const { run } = await open();
    expect(await run("false; true")).toBe(0);
    expect(await run("false | true")).toBe(0);
    expect(await run("true; sh -c 'exit 7'")).toBe(7);
    expect(await run("no-such-program-here")).toBe(127);
  });

  test("P3.14 a command of many lines is one script, here-documents included", async () => {
    const { run, output } = await open();
    await run("for i in 1 2; do\n  echo $i\ndone\ncat <<'END'\n  $i \"\\\nEND");
    expect(output()).toBe('1\n2\n  $i "\\\n');
  });

  test("P3.14 a command with a syntax error fails alone: what is open in it swallows nothing", async () => {
    const { run, output } = await open();
    for (const broken of ['echo "open', "if true; then", "cat <<END", "echo )", "echo $(", "'"]) {
      const end = await run(broken);
      expect(end, broken).toSatisfy((found) => found !== undefined);
      expect(await run("echo after"), broken).toBe(0);
    }
    expect(output().match(/^after$/gm)).toHaveLength(6);
  });

  test("P3.14, P10.1 standard input is empty, and no descriptor of ours is there", async () => {
    const { run, output } = await open();
    await run("cat; ls /proc/self/fd | tr '\\n' ' '");
    // The fourth one is ls's own view of the folder.
    expect(
      output()
        .trim()
        .split(" ")
        .filter((fd) => Number(fd) < 10),
    ).toEqual(["0", "1", "2", "3"]);
  });

  test("P10.1 standard output and error can be opened by name", async () => {
    const { run, output } = await open();
    expect(await run("echo one > /dev/stdout; echo two > /dev/stderr; echo three | tee /dev/stderr")).toBe(0);
    expect(output()).toContain("two\n");
    expect(output().match(/three/g)).toHaveLength(2);
  });

  test("P3.15 exit n is the status; after exit 0 folder and exported variables go on, others don't", async () => {
    const { run, output } = await open();
    await run("cd /usr; export KEPT='a b\nc'; lost=1");
    expect(await run("exit 0")).toEqual({ kind: "exited", status: 0 });
    await run('pwd; echo "$KEPT"; echo "lost: $lost"');
    expect(output()).toBe("/usr\na b\nc\nlost: \n");
    expect(await run("exit 3")).toEqual({ kind: "exited", status: 3 });
  });

  test("P3.15 set -e ends the shell with the status of what failed", async () => {
    const { run } = await open();
    expect(await run("set -e")).toBe(0);
    expect(await run("sh -c 'exit 4'")).toEqual({ kind: "exited", status: 4 });
  });

  test("P3.15 exec puts another program in the shell's place", async () => {
    const { run } = await open();
    expect(await run("exec sh -c 'exit 5'")).toEqual({ kind: "exited", status: 5 });
    expect(await run("true")).toBe(0);
  });

  test("P3.16 a shell that a signal killed says which", async () => {
    const { run } = await open();
    expect(await run("kill -9 $$")).toEqual({ kind: "killed", signal: "SIGKILL" });
    expect(await run("true")).toBe(0);
  });

  test("P3.18 a background process that keeps the output open doesn't hold up the command", async () => {
    const { run, output } = await open();
    expect(await run("sleep 600 & echo started")).toBe(0);
    expect(output()).toBe("started\n");
  });

  test("P10.2 all that a command printed has been passed on when its status is known", async () => {
    const { run, output } = await open();
    for (let i = 0; i < 20; i += 1) {
      const before = output().length;
      await run("printf '%0100000d' 1; printf '%0100000d' 2 >&2");
      expect(output().length - before).toBe(200_000);
    }
  });

  test("redirections of the shell itself stay, and set -x shows the commands", async () => {
    const { run, output } = await open();
    await run("exec 2>&1");
    await run("set -x");
    await run("echo traced >/dev/null");
    expect(output()).toContain("+ echo traced");
    expect(output()).not.toContain("millrace_");
  });

  test("P3.12 variables are read from the shell, exported or not, with their newlines; unset ones are left out", async () => {
    const { run, session, output } = await open({ environment: { GIVEN: "g" } });
    await run("plain='line 1\nline 2\n\n'; export EMPTY=; set -eu");
    const values = await session.variables(["plain", "EMPTY", "GIVEN", "NOT_SET"]);
    expect(Object.fromEntries(values)).toEqual({ plain: "line 1\nline 2\n\n", EMPTY: "", GIVEN: "g" });
    expect(output()).toBe("");
  });

  test("P2.19 a variable can be renewed between commands, whatever characters its value has", async () => {
    const { run, session, output } = await open();
    await session.setVariable("VALUE", "it's $(touch evil) `x` \\ \n\"");
    await run('printf %s "$VALUE"');
    expect(output()).toBe("it's $(touch evil) `x` \\ \n\"");
  });

  test("P10.1 commands see the allowed environment and nothing of the worker's own", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "secret-of-the-worker";
    process.env.MILLRACE_SECRET = "secret-of-the-worker";
    try {
      const { run, output, workDir } = await open({ environment: { OF_BUILD: "b" } });
      await run(
        "env | cut -d= -f1 | sort | tr '\\n' ' '; echo; echo $HOME $TMPDIR; umask; ls -A $HOME $TMPDIR",
      );
      const [names, places, umask] = output().split("\n");
      const allowed = [
        "HOME",
        "LANG",
        "LOGNAME",
        "MILLRACE_JOB",
        "OF_BUILD",
        "PATH",
        "PWD",
        "SHELL",
        "TERM",
        "TMPDIR",
        "USER",
      ];
      const optional = new Set(["LC_ALL", "TZ", "SHLVL", "_", "OLDPWD"]);
      expect(
        names!
          .trim()
          .split(" ")
          .filter((name) => !optional.has(name)),
      ).toEqual(allowed);
      expect(places).toBe(`${join(workDir, "home")} ${join(workDir, "tmp")}`);
      expect(umask).toBe("0022");
      expect(output()).not.toContain("secret-of-the-worker");
    } finally {
      delete process.env.AWS_SECRET_ACCESS_KEY;
      delete process.env.MILLRACE_SECRET;
    }
  });
});

test("P3.13 version 0.1: each command has a fresh shell in the first folder", async () => {
  const { run, session, output } = await openSession(folder, { fresh: true, environment: { A: "1" } });
  await run("cd /; export A=2; lost=1");
  await session.setVariable("B", "3");
  await run('echo "$(basename $PWD) $A $B $lost"');
  expect(output()).toBe("output 1 3 \n");
  expect(await run("exit 3")).toEqual({ kind: "exited", status: 3 });
  expect(Object.fromEntries(await session.variables(["A", "lost"]))).toEqual({ A: "1" });
});

test("a shell that isn't there is an error, not a hang", async () => {
  const { run } = await openSession(folder, { program: "/no/such/shell" });
  await expect(run("true")).rejects.toThrow("ENOENT");
});
