import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bubblewrapExecutor, findBubblewrap } from "../../../src/worker/sandbox/bubblewrap.ts";
import { openSandbox, processExecutor, Sandbox } from "../../../src/worker/sandbox/index.ts";
import { openSession } from "../support/job-sandbox.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const bubblewrap = await findBubblewrap();

describe.runIf(bubblewrap)("P10.8 commands in bubblewrap", () => {
  const open = () => openSession(folder, { sandbox: new Sandbox(bubblewrap ?? processExecutor) });

  test("are what --require-isolation asks for", async () => {
    const { executor } = await openSandbox({ requiresIsolation: true });
    expect(executor).toBe("bubblewrap");
  });

  test("read what --ro-paths names, and write none of it", async () => {
    const shared = join(folder, "shared");
    await mkdir(shared);
    await writeFile(join(shared, "file"), "text");
    const { run, output } = await openSession(folder, { sandbox: await openSandbox({ roPaths: [shared] }) });
    expect(await run(`cat ${shared}/file && ls ${folder}`)).toBe(0);
    expect(output()).toMatch(/^textshared\ntest-\S+\n$/);
    expect(await run(`echo other > ${shared}/file`)).not.toBe(0);
    expect(await run(`touch ${shared}/other`)).not.toBe(0);
  });

  test("P10.1 find programs along --path, which is all of their PATH", async () => {
    const tools = join(folder, "tools");
    await mkdir(tools);
    await writeFile(join(tools, "greet"), "#!/bin/sh\necho hello", { mode: 0o755 });
    const sandbox = await openSandbox({ path: `${tools}:/bin` });
    const { run, output } = await openSession(folder, { sandbox });
    expect(await run("greet; echo $PATH")).toBe(0);
    expect(output()).toBe(`hello\n${tools}:/bin\n`);
  });

  test("run in the job's folders, and keep state, status and variables as anywhere", async () => {
    const { run, session, output, workDir } = await open();
    expect(await run('cd "$HOME" && X=1 && echo text > file')).toBe(0);
    expect(await run("pwd; cat file; exit 3")).toEqual({ kind: "exited", status: 3 });
    expect(output()).toBe(`${join(workDir, "home")}\ntext\n`);
    expect(existsSync(join(workDir, "home/file"))).toBe(true);
    await run("Y=2");
    expect(Object.fromEntries(await session.variables(["Y"]))).toEqual({ Y: "2" });
  });

  test("see neither the worker's files nor other processes, and can't write to the system", async () => {
    const { run, output, workDir } = await open();
    await writeFile(join(folder, "secret"), "secret");
    expect(await run(`cat ${join(folder, "secret")}`)).not.toBe(0);
    expect(await run("touch /usr/evil || touch /etc/evil")).not.toBe(0);
    expect(await run(`ls -d /proc/[0-9]* | wc -l; ls ${workDir}; hostname`)).toBe(0);
    const [processes, ...rest] = output().trim().split("\n").slice(-6);
    expect(Number(processes)).toBeLessThan(10);
    expect(rest).toEqual(["home", "output", "shell", "tmp", expect.stringMatching(/^millrace-/)]);
  });

  test("/dev/stderr can be opened, and standard input is empty", async () => {
    const { run, output } = await open();
    expect(await run("cat; echo loud > /dev/stderr")).toBe(0);
    expect(output()).toBe("loud\n");
  });

  test("P10.7 end with all that they started", async () => {
    const { run, session } = await open();
    await run("setsid sleep 600 > /dev/null 2>&1 & touch $HOME/started");
    const started = performance.now();
    await session.end();
    expect(performance.now() - started).toBeLessThan(40_000);
  });
});

test("P10.8 system folders are shown without what holds the job's: a data directory's keys are beside it", () => {
  const { wrap } = bubblewrapExecutor("bwrap");
  const shown = (writable: string) => {
    const argv = wrap(["true"], { jobId: "job", writable: [writable] });
    return argv.flatMap((word, index) => (word === "--ro-bind" ? [argv[index + 1]] : []));
  };
  expect(shown("/srv/millrace/worker/jobs/1/job/output")).toEqual(expect.arrayContaining(["/usr", "/etc"]));
  const below = shown("/usr/local/millrace/worker/jobs/1/job/output");
  expect(below).toEqual(expect.arrayContaining(["/usr/bin", "/usr/lib", "/etc"]));
  expect(below).not.toContain("/usr");
  expect(below).not.toContain("/usr/local");
});

test.runIf(bubblewrap)("P10.8 --ro-paths shows nothing of the worker's and the server's own", async () => {
  const data = join(folder, "data");
  await mkdir(join(data, "worker/jobs"), { recursive: true });
  await mkdir(join(data, "keys"));
  await symlink(data, join(folder, "link"));
  const refused = ["/", folder, data, join(data, "keys"), join(folder, "link", "keys"), "data", "/no/such"];
  for (const path of refused)
    await expect(openSandbox({ roPaths: ["/usr", path] }, [data])).rejects.toMatchObject({
      option: "roPaths",
      message: expect.stringContaining(`'${path}'`),
    });
  await openSandbox({ roPaths: ["/usr/share"] }, [data]);
});

test("P10.1 --path shows nothing of the worker's and the server's own, nor does the lib beside a bin", async () => {
  const root = join(folder, "path");
  const data = join(root, "app/lib/data");
  await mkdir(join(data, "bin"), { recursive: true });
  await symlink(data, join(root, "link"));
  const lib = join(root, "app/bin");
  const refused = ["/", root, data, join(data, "bin"), join(data, "later"), join(root, "link/bin"), lib];
  for (const path of refused)
    await expect(openSandbox({ path: `/usr/bin:${path}` }, [data])).rejects.toMatchObject({
      option: "path",
      message: expect.stringContaining(`'${path}' would show `),
    });
  await openSandbox({ path: `/usr/bin:/bin:/no/such/bin:${join(root, "app/tools")}` }, [data]);
});

test("P10.1 --path holds absolute folders only", async () => {
  for (const path of ["bin", "/bin:", "", "/usr/bin:./tools"])
    await expect(openSandbox({ path })).rejects.toMatchObject({ option: "path" });
});

test("a bubblewrap that isn't there, or doesn't work, isn't used", async () => {
  expect(await findBubblewrap("/no/such/bwrap")).toBeUndefined();
  expect(await findBubblewrap("/bin/false")).toBeUndefined();
});
