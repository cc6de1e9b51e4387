import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, readlink, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { ENGINES, Engine } from "../../../src/worker/sandbox/container/engine.ts";
import {
  type ExecutorChoice,
  isImageName,
  openSandbox,
  type SandboxOptions,
  tryBubblewrap,
} from "../../../src/worker/sandbox/index.ts";
import { findEngines } from "../support/engines.ts";
import { openSession as open } from "../support/job-sandbox.ts";
import { ownSeconds, processesWith } from "../support/processes.ts";
import { tempFolder } from "../support/temp-folder.ts";

const NO_LIMITS = "without root's rights, version 1 of control groups gives no limits";

const folder = await tempFolder();
const engines = await findEngines();

describe.each(engines.filter(({ engine }) => engine === undefined))(
  "P10.10 commands in containers of $name",
  ({ name }) => {
    test.skip(`need ${name}, able to run containers, and busybox`, () => undefined);
  },
);

describe.each(engines.flatMap(({ name, engine }) => (engine === undefined ? [] : [{ name, engine }])))(
  "P10.10 commands in containers of $name",
  ({ name, engine }) => {
    type Options = NonNullable<Parameters<typeof open>[1]>;

    async function openSession(
      options: Options = {},
      { image = engine.image, ...container }: Partial<Options["container"]> = {},
      sandbox: SandboxOptions = {},
    ) {
      const session = await open(folder, {
        sandbox: await openSandbox({ executor: name, ...sandbox }),
        container: { image, privileged: false, ...container },
        ...options,
      });
      return { ...session, container: `millrace-${session.jobId}` };
    }

    test("are isolated, as --require-isolation asks for", async () => {
      const sandbox = await openSandbox({ executor: name, requiresIsolation: true });
      expect(sandbox.executor).toBe(name);
      expect(sandbox.description).toMatch(
        new RegExp(`^\\[Millrace\\] isolation: commands run in containers of ${name} \\S+ on host`),
      );
    });

    test("run as root in /codebuild/output, and keep state, status and variables as anywhere", async () => {
      const { run, session, output, workDir } = await openSession();
      expect(await run("pwd; id -u; cd /codebuild/home && X=1 && echo text > file")).toBe(0);
      expect(await run("false")).toBe(1);
      expect(await run("pwd; cat file; export Y=3; exit 3")).toEqual({ kind: "exited", status: 3 });
      expect(await run("pwd; echo $X$Y")).toBe(0);
      expect(output()).toBe("/codebuild/output\n0\n/codebuild/home\ntext\n/codebuild/home\n3\n");
      expect(await readFile(join(workDir, "home/file"), "utf8")).toBe("text\n");
      await run("Y=2");
      expect(Object.fromEntries(await session.variables(["Y"]))).toEqual({ Y: "2" });
    });

    test("each in a shell of its own, in version 0.1", async () => {
      const { run, output } = await openSession({ fresh: true, environment: { GIVEN: "1" } });
      expect(await run("cd /; LOST=1; exit 4")).toEqual({ kind: "exited", status: 4 });
      expect(await run("pwd; echo $GIVEN$LOST")).toBe(0);
      expect(output()).toBe("/codebuild/output\n1\n");
    });

    test("P3.16 a shell that is killed is told from one that exits so", async () => {
      const { run } = await openSession({ fresh: true });
      expect(await run("exit 137")).toEqual({ kind: "exited", status: 137 });
      expect(await run("kill -KILL $$")).toEqual({ kind: "killed", signal: "SIGKILL" });
    });

    test("P10.2 output comes before the status, whole, by /dev/stderr too; standard input is empty", async () => {
      const { run, output } = await openSession();
      for (let round = 1; round <= 20; round += 1) {
        expect(await run(`seq 1 2000; cat; echo round ${round} > /dev/stderr`)).toBe(0);
        expect(output().split("\n").at(-2)).toMatch(/^(round|2000)/);
        expect(output().match(/^2000$/gm)).toHaveLength(round);
        expect(output()).toContain(`round ${round}\n`);
      }
    });

    test("P10.1 see the image's environment and the build's, and nothing of the worker's", async () => {
      process.env.WORKERS_OWN = "1";
      onTestFinished(() => void delete process.env.WORKERS_OWN);
      const image = await engine.imageOf("environment", { settings: ["ENV OF_IMAGE=1", "USER nobody"] });
      const environment = { GIVEN: "it's $(touch evil) \\ \n`x`", "no-name": "1", UID: "7" };
      const { run, output } = await openSession({ environment }, { image });
      expect(await run("env | cut -d= -f1 | sort | xargs; id -u; echo $HOME $TMPDIR; ls $TMPDIR")).toBe(0);
      const [names = "", ...rest] = output().split("\n");
      expect(rest).toEqual(["0", "/root /codebuild/tmp", ""]);
      const known = [
        "GIVEN",
        "HOME",
        "HOSTNAME",
        "LANG",
        "LOGNAME",
        "MILLRACE_JOB",
        "OF_IMAGE",
        "PATH",
        "PWD",
      ];
      const more = ["SHELL", "SHLVL", "TERM", "TMPDIR", "USER", "`x`", "container"];
      expect([...known, ...more]).toEqual(expect.arrayContaining(names.split(" ")));
      expect(names.split(" ")).toEqual(expect.arrayContaining(known));
      await run('printf %s "$GIVEN" > /codebuild/output/given');
    });

    test("P10.3 variables stand on no command line, and in nothing that the engine keeps", async () => {
      const secret = `s3cr3t${ownSeconds()}`;
      const { run, output, container } = await openSession({ environment: { SECRET: `${secret}\nline` } });
      expect(await run("echo $SECRET")).toBe(0);
      expect(output()).toBe(`${secret} line\n`);
      expect(processesWith(secret)).toEqual([]);
      expect(await engine.ask("inspect", container)).not.toContain(secret);
    });

    test("don't run the entry point, the health check or anything else of the image's", async () => {
      const image = await engine.imageOf("entry", {
        settings: ['CMD ["touch", "/was-run"]', "WORKDIR /no/such"],
      });
      const { run, output } = await openSession({}, { image });
      expect(await run("ls /was-run 2>&1; cat /proc/2/comm /proc/1/comm | wc -l")).toBe(0);
      expect(output()).toMatch(/No such file/);
    });

    test("have the engine's own network, never the host's; none where that is asked for", async () => {
      const interfaces = "tail -n +3 /proc/net/dev | cut -d: -f1 | xargs; readlink /proc/self/ns/net";
      const usual = await openSession();
      expect(await usual.run(interfaces)).toBe(0);
      const [names, space] = usual.output().trim().split("\n");
      expect(names?.split(" ")).toHaveLength(2);
      expect(space).not.toBe(await readlink("/proc/self/ns/net"));
      const cut = [await openSession({ network: "none" }), await openSession({}, {}, { network: "none" })];
      for (const { run, output, job } of cut) {
        await run(interfaces);
        expect(output().split("\n")[0]).toBe("lo");
        expect(job.description).toMatch(/, without network$/);
      }
    });

    test("P10.1, P2.2 have the engine's usual capabilities and the limits of their compute type", async (context) => {
      context.skip(!(await Engine.find(name)).hasLimits, NO_LIMITS);
      const limits = { cpus: 1, memory: 256 * 2 ** 20 };
      const { run, output, container } = await openSession({ limits });
      const asked =
        "{{.HostConfig.PidsLimit}} {{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.Privileged}}";
      expect((await engine.ask("inspect", "--format", asked, container)).trim()).toBe(
        `4096 1000000000 ${limits.memory} false`,
      );
      expect(await run("grep -i capeff /proc/self/status | cut -f2; ulimit -c; ls /dev | wc -l")).toBe(0);
      const [capabilities = "", core] = output().split("\n");
      const usual = await engine.ask(
        ...["run", "--rm", "--ulimit", "nofile=99:99", "--ulimit", "nproc=99:99", "--entrypoint", "/bin/sh"],
        ...[engine.image, "-c", "grep -i capeff /proc/self/status | cut -f2"],
      );
      expect(capabilities).toBe(usual.trim());
      expect(core).toBe("0");
    });

    test("P2.2 say so when they take more memory than they have", async (context) => {
      context.skip(!(await Engine.find(name)).hasLimits, NO_LIMITS);
      const memory = 64 * 2 ** 20;
      const { session } = await openSession({ limits: { cpus: 1, memory } });
      // It keeps all that it reads in memory.
      const greedy = "head -c 300000000 /dev/zero | tail >/dev/null";
      const never = new AbortController().signal;
      expect(await session.run(greedy, never)).toMatchObject({ status: 137, outOfMemory: memory });
      expect(await session.run("exit 3", never)).toEqual({ kind: "exited", status: 3 });
    });

    test("P2.2 have all of the host's capabilities only where they are privileged", async (context) => {
      const can = engine.ask(
        "run",
        "--rm",
        "--privileged",
        "--entrypoint",
        "/bin/sh",
        engine.image,
        "-c",
        ":",
      );
      context.skip(
        !(await can.then(
          () => true,
          () => false,
        )),
        "this host lets no container be privileged",
      );
      const { run, output } = await openSession({}, { privileged: true });
      await run(
        "grep -i capeff /proc/self/status | cut -f2; ls /var/run/docker.sock /run/podman/podman.sock",
      );
      expect(output()).toMatch(/^[0-9a-f]*1ff/);
      expect(output()).toMatch(/No such file.*\n.*No such file/);
    });

    test("P10.1 see the job's own folders, and what they write elsewhere is gone with the container", async () => {
      const { run, output, workDir } = await openSession();
      await writeFile(join(workDir, "secret"), "secret");
      expect(await run(`ls -d ${workDir}`)).not.toBe(0);
      expect(await run("touch /codebuild/pipes/x")).not.toBe(0);
      expect(await run("ls /codebuild /codebuild/pipes; touch /etc/anything")).toBe(0);
      expect(output()).toContain("/codebuild:\nhome\noutput\npipes\nshell\ntmp\n\n/codebuild/pipes:\nhold\n");
    });

    test("P10.7 end with all that they started, SIGTERM first, and leave no container", async () => {
      const { run, session, workDir, container } = await openSession();
      const word = ownSeconds();
      const cleanUp = "trap 'echo cleaned > /codebuild/home/done; exit' TERM";
      await run(
        `setsid sh -c "${cleanUp}; echo > /codebuild/home/up; sleep ${word} & wait" > /dev/null 2>&1 &`,
      );
      await run(`(env -i setsid sleep ${word} > /dev/null 2>&1 &)`);
      await expect.poll(() => existsSync(join(workDir, "home/up")), { timeout: 20_000 }).toBe(true);
      await expect.poll(() => processesWith(word).length, { timeout: 20_000 }).toBeGreaterThan(1);
      await session.end();
      expect(processesWith(word)).toEqual([]);
      expect(await readFile(join(workDir, "home/done"), "utf8")).toBe("cleaned\n");
      expect(await engine.ask("ps", "--all", "--format", "{{.Names}}")).not.toContain(container);
    });

    test("P10.7 SIGKILL after 5 s: a command that won't end is ended, and says why", async () => {
      const stop = new AbortController();
      const { run, container } = await openSession({
        on: (text) => text.includes("ready") && stop.abort(new Error("enough")),
      });
      await expect(run("trap '' TERM; echo ready; while :; do sleep 1; done", stop.signal)).rejects.toThrow(
        "enough",
      );
      expect(await engine.ask("ps", "--all", "--format", "{{.Names}}")).not.toContain(container);
    });

    test.each<ExecutorChoice>([name, "auto"])(
      "end when their worker is killed; the next one, with executor %s, removes their container",
      async (executor) => {
        const jobs = join(folder, `jobs-${name}-${executor}`);
        const workDir = join(jobs, `job-${process.pid}-${executor}`);
        await mkdir(workDir, { recursive: true });
        const word = ownSeconds();
        const room = new URL("../../../src/worker/sandbox/index.ts", import.meta.url);
        const program = `
      import { openSandbox, PersistentSession } from ${JSON.stringify(fileURLToPath(room))};
      const sandbox = await openSandbox({ executor: ${JSON.stringify(name)} });
      const container = { image: ${JSON.stringify(engine.image)}, privileged: false };
      const workDir = ${JSON.stringify(workDir)};
      const job = sandbox.openJob({ jobId: ${JSON.stringify(basename(workDir))}, workDir, diskLimit: 2 ** 30, container });
      const { signal } = new AbortController();
      await job.provision({ signal, say() {} });
      const shell = { program: "/bin/sh", folder: workDir + "/output", environment: {}, onOutput() {}, async ready() {} };
      const session = new PersistentSession(job, shell);
      await session.run("setsid sleep ${word} > /dev/null 2>&1 &", signal);
      await session.run("sleep ${word}", signal);
    `;
        const worker = spawn(process.execPath, ["--input-type=module", "--eval", program], {
          stdio: "inherit",
        });
        await expect.poll(() => processesWith(`sleep\0${word}`).length, { timeout: 40_000 }).toBe(2);
        worker.kill("SIGKILL");
        await once(worker, "exit");
        await expect.poll(() => processesWith(`sleep\0${word}`).length, { timeout: 20_000 }).toBe(0);
        const names = () => engine.ask("ps", "--all", "--format", "{{.Names}}");
        expect(await names()).toContain(`millrace-${basename(workDir)}`);
        const next = await openSandbox({ executor });
        await next.removeContainers(dirname(jobs));
        expect(await names()).toContain(`millrace-${basename(workDir)}`);
        await next.removeContainers(jobs);
        expect(await names()).not.toContain(`millrace-${basename(workDir)}`);
      },
    );

    test("A25 what they write outside of their folders counts, too: a full disk ends them", async () => {
      const { run, job } = await openSession({ diskLimit: 8 * 2 ** 20 });
      const filling = run("head -c 16000000 /dev/zero > /root/file; sync; sleep 100");
      await expect(filling).rejects.toMatchObject({
        type: "JobFailed",
        message: expect.stringContaining("more disk than the limit"),
      });
      expect(job.isOverLimit).toBe(true);
    });

    test("A25 what an image wants as a volume is in the job's folders, or in the container", async () => {
      const image = await engine.imageOf("volume", {
        settings: ["VOLUME /data", "VOLUME /codebuild/output"],
      });
      const { run, workDir, container } = await openSession({ diskLimit: 8 * 2 ** 20 }, { image });
      const types = await engine.ask("inspect", "--format", "{{range .Mounts}}{{.Type}} {{end}}", container);
      expect([...new Set(types.trim().split(" "))]).toEqual(["bind"]);
      await run("echo mine > /codebuild/output/file");
      expect(await readFile(join(workDir, "output/file"), "utf8")).toBe("mine\n");
      await expect(
        run("mkdir -p /data; head -c 16000000 /dev/zero > /data/file; sync; sleep 100"),
      ).rejects.toMatchObject({
        message: expect.stringContaining("more disk than the limit"),
      });
    });

    test("A25 a hostile image's links lead nowhere on the host", async () => {
      const image = await engine.imageOf("links", { links: { codebuild: "../../../../etc" } });
      const { run, workDir } = await openSession({}, { image });
      await run("echo mine > /codebuild/output/file");
      expect(existsSync("/etc/output")).toBe(false);
      expect(await readFile(join(workDir, "output/file"), "utf8")).toBe("mine\n");
    });

    test("P2.9 an image that has no shell can't be run, and says why", async () => {
      const image = await engine.imageOf("no-shell", { without: ["bin/sh"] });
      await expect(openSession({}, { image })).rejects.toMatchObject({
        statusCode: "CLIENT_ERROR",
        message: expect.stringMatching(
          /^image is not supported by this worker: .* \(its \/bin\/sh ended with status \d+/,
        ),
      });
    });

    test.each([
      ["ends at once", "#!/bin/busybox sh\nexit 0\n"],
      ["says nothing that was asked", "#!/bin/busybox sh\necho mine; exec /bin/busybox cat /dev/zero >&4\n"],
    ])("A25 an image whose shell %s fails its build, and leaves nothing", async (what, text) => {
      const image = await engine.imageOf(`shell-${what.length}`, { programs: { "bin/sh": text } });
      const { run, session, container } = await openSession({}, { image }).catch((error: Error) => ({
        run: () => Promise.reject(error),
        session: undefined,
        container: "none",
      }));
      await expect(run("true")).rejects.toThrow();
      await session?.end();
      expect(await engine.ask("ps", "--all", "--format", "{{.Names}}")).not.toContain(container);
    });

    test("a shell that the image doesn't have fails the build by name", async () => {
      const { run } = await openSession({ program: "bash" });
      await expect(run("true")).rejects.toMatchObject({
        type: "JobFailed",
        message: expect.stringMatching(/^The build's shell bash could not be started: /),
      });
    });

    test("a container that the build has ended fails what comes next", async () => {
      const { run } = await openSession();
      expect(await run("kill -KILL -1; sleep 100")).toEqual({ kind: "killed", signal: "SIGKILL" });
      await expect(run("true")).rejects.toMatchObject({ type: "JobFailed" });
    });

    test("P3.24 run as a user of the image, in a home of their own, and as root again", async () => {
      const { run, session, job, output, workDir } = await openSession();
      await run("cd /codebuild/home && echo before > file && export ADDED='a b'");
      expect(await job.refusalOf("nobody")).toBeUndefined();
      await session.runAs("nobody");
      expect(
        await run('pwd; id -un; echo "$ADDED $USER $HOME"; echo after > file; cat file > /dev/stderr'),
      ).toBe(0);
      expect(output()).toBe("/codebuild/home\nnobody\na b nobody /codebuild/home\nafter\n");
      expect(await run("cat /root/any; ls /root > /dev/null && touch /etc/x")).not.toBe(0);
      if (process.getuid?.() === 0) expect((await stat(join(workDir, "home/file"))).uid).toBe(65_534);
      // What root's shells go on with is out of reach of what still runs as nobody.
      expect(await run("ls /codebuild/pipes")).not.toBe(0);
      expect(await run("touch /codebuild/shell/state")).not.toBe(0);
      expect(await run("ADDED=c; cd /; exit 3")).toEqual({ kind: "exited", status: 3 });
      await run("echo $ADDED $PWD; id -un");
      expect(output()).toMatch(/\nc \/\nnobody\n$/);
      await session.runAs(undefined);
      expect(await run("id -un; echo $HOME; touch /etc/x")).toBe(0);
      expect(output()).toMatch(/root\n\/root\n$/);
    });

    test("P3.24 run-as knows no user but those of the image, by name", async () => {
      const { job } = await openSession();
      for (const user of ["ghost", "-x", "0:0", "nobody:root", "1000", "$(id)"])
        expect([user, await job.refusalOf(user)]).toEqual([user, { kind: "unknown" }]);
    });

    test("P2.8, P2.9 an image that neither a registry nor this host has fails with the engine's reason", async () => {
      await expect(openSession({}, { image: "localhost/no-such" })).rejects.toMatchObject({
        statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
      });
      await expect(openSession({}, { image: "127.0.0.1:1/none/such:1" })).rejects.toMatchObject({
        statusCode: "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE",
        message: expect.stringMatching(/^Unable to pull customer's container image\. .*127\.0\.0\.1:1/),
      });
    });

    test("P2.8 an image that this host has is used where it can't be pulled, and the log says so", async () => {
      const image = "127.0.0.1:1/own/image:1";
      await engine.ask("tag", engine.image, image);
      onTestFinished(async () => void (await engine.ask("rmi", image)));
      const { said } = await openSession({}, { image });
      expect(said).toEqual([
        `[Millrace] pulling image ${image}`,
        expect.stringMatching(
          /^\[Millrace\] image \S+ could not be pulled, and is the one that this host has: /,
        ),
        expect.stringMatching(/^\[Millrace\] image \S+ has (digest|id) (sha256:)?[0-9a-f]{64}$/),
      ]);
    });
  },
);

test.each([
  ["node:24", true],
  ["docker.io/library/node", true],
  ["registry.example.com:5000/team/a_b/c--d:1.0-x_y", true],
  [`node@sha256:${"a".repeat(64)}`, true],
  [`localhost/node:1@sha256:${"0".repeat(64)}`, true],
  ["-v/:/host", false],
  ["--privileged", false],
  ["", false],
  ["dir:/etc", false],
  ["docker-archive:/srv/secret.tar", false],
  ["oci:/srv", false],
  ["node:24 --privileged", false],
  ["node:24\n", false],
  ["https://example.com/node", false],
  ["../node", false],
  ["Node", false],
  ["node@sha256:abc", false],
  ["a".repeat(513), false],
])("P2.8 %j is an image's name: %s", (name, is) => {
  expect(isImageName(name)).toBe(is);
});

test.each(ENGINES)(
  "an engine that isn't installed, or doesn't answer, is refused by name: %s",
  async (name) => {
    const path = process.env.PATH;
    const bin = join(folder, `bin-${name}`);
    await mkdir(bin);
    // Bubblewrap is looked for once in a process's life, which other files share: not with this PATH.
    await tryBubblewrap();
    try {
      process.env.PATH = bin;
      await expect(openSandbox({ executor: name })).rejects.toMatchObject({
        option: "executor",
        message: `it is ${name}, and ${name} isn't installed here`,
      });
      await writeFile(join(bin, name), "#!/bin/sh\necho 'Error: no service' >&2\nexit 125\n", {
        mode: 0o755,
      });
      await expect(openSandbox({ executor: name })).rejects.toMatchObject({
        option: "executor",
        message: `it is ${name}, which doesn't answer: no service`,
      });
    } finally {
      process.env.PATH = path;
    }
  },
);
