import { type ExecFileException, execFile } from "node:child_process";
import { fchownSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CommandUser, findUser, OWN_USER, OWNER, WORKER_IS_ROOT } from "./command-user.ts";
import { ControlGroup } from "./control-group/control-group.ts";
import { DiskGuard } from "./disk-guard.ts";
import { endTree } from "./end-tree.ts";
import { baseEnvironment } from "./environment.ts";
import { type Executor, type SandboxView, withNetwork } from "./executor.ts";
import { type JobFolders, makeJobFolders } from "./job-folders.ts";
import type { JobLimits, JobSandbox, NewJob, NewShell, UserRefusal } from "./job-sandbox.ts";
import type { Launcher, Program } from "./launcher.ts";
import type { Launchers } from "./launchers.ts";
import type { OutputPipe, PipeMaker } from "./pipes.ts";
import type { HostView } from "./sandbox.ts";
import { Shell, type ShellOutput, shellArguments } from "./shell.ts";

/** What the jobs of a worker have in common. */
export interface SandboxParts {
  readonly executor: Executor;
  readonly host: HostView;
  readonly pipes: PipeMaker;
  readonly launchers: Launchers;
}

const PROBE_MS = 5_000;

/** A job whose commands run on the worker's host, in processes of its own or in bubblewrap. */
export class HostSandbox implements JobSandbox {
  readonly onHost = true;
  readonly ownUser = OWN_USER;
  readonly folders: JobFolders;
  readonly limits: Partial<JobLimits>;
  readonly #executor: Executor;
  readonly #host: HostView;
  readonly #jobId: string;
  readonly #programFolders: readonly string[];
  readonly #pipes: PipeMaker;
  readonly #launchers: Launchers;
  readonly #group: ControlGroup | undefined;
  readonly #shells: Shell[] = [];
  readonly #disk: DiskGuard;
  /** For the first shell. */
  #launcher: Launcher | undefined;
  /** Undefined for the worker's own. */
  #user: CommandUser | undefined;
  #ending: Promise<void> | undefined;

  /** Makes the job's folders and, where it can, its control group. */
  constructor({ executor, host, pipes, launchers }: SandboxParts, given: NewJob) {
    const { jobId, workDir, diskLimit, limits, network, programFolders = [] } = given;
    this.#executor = executor;
    this.#host = network === "none" ? { ...host, network } : host;
    this.#jobId = jobId;
    this.#programFolders = programFolders;
    this.#pipes = pipes;
    this.#launchers = launchers;
    this.#disk = new DiskGuard({ folder: workDir, limitBytes: diskLimit, end: () => this.end() });
    this.folders = makeJobFolders(workDir);
    this.#launcher = launchers.take();
    this.#group = this.#launcher?.group ?? ControlGroup.create();
    this.#group?.noteIn(workDir);
    this.limits = (limits && this.#group?.limit(limits)) ?? {};
  }

  get executor(): string {
    return this.#executor.name;
  }

  get description(): string {
    return withNetwork(this.#executor.description, this.#host.network);
  }

  get stateFile(): string {
    return join(this.folders.shell, "state");
  }

  get path(): string {
    return this.#host.path ?? process.env.PATH ?? "";
  }

  get overLimit(): Promise<never> {
    return this.#disk.over;
  }

  get isOverLimit(): boolean {
    return this.#disk.isOver;
  }

  inside(path: string): string {
    return path;
  }

  outside(path: string): string {
    return path;
  }

  async provision(): Promise<void> {}

  async startShell({ program, folder, environment, onOutput, ready }: NewShell): Promise<Shell> {
    const user = this.#user;
    const base = baseEnvironment(this.#jobId, this.folders, {
      shell: program,
      user: user?.name,
      path: this.#host.path,
    });
    const shell = await this.#start(
      {
        argv: this.#executor.wrap(shellArguments(program, this.stateFile), this.#viewOf(user)),
        folder,
        environment: { ...base, ...environment },
      },
      { onOutput, ready },
    );
    this.#launchers.prepare();
    return shell;
  }

  async #start(program: Program, output: ShellOutput): Promise<Shell> {
    const launcher = this.#launcher;
    this.#launcher = undefined;
    if (launcher?.canBecome(program) && this.#user === undefined) {
      const shell = await Shell.launch(launcher, program, output);
      this.#shells.push(shell);
      return shell;
    }
    await launcher?.dismiss({ kept: true });
    const [stdout, stderr] = await Promise.all([this.#takePipe(), this.#takePipe()]);
    const shell = await Shell.start(program, { ...output, stdout, stderr });
    this.#shells.push(shell);
    await this.#group?.add(shell.pid);
    return shell;
  }

  /** Only root becomes somebody else, and a user must be able to reach the job's folder. */
  async refusalOf(name: string): Promise<UserRefusal | undefined> {
    const user = await findUser(name);
    if (user === undefined) return { kind: "unknown" };
    if (WORKER_IS_ROOT) await chmod(this.folders.workDir, 0o711);
    const probe = ["/bin/sh", "-c", 'cd -- "$1"', "sh", this.folders.workDir];
    const [program = "", ...args] = this.#executor.wrap(probe, this.#viewOf(user));
    return await promisify(execFile)(program, args, { cwd: "/", timeout: PROBE_MS }).then(
      () => undefined,
      (error: ExecFileException) => ({
        kind: "refused",
        reason: error.stderr?.toString().trim() || error.message,
      }),
    );
  }

  async handOver(name: string | undefined): Promise<void> {
    const user = name === undefined ? undefined : await findUser(name);
    this.#user = user;
    if (!WORKER_IS_ROOT) return;
    const { uid, gid } = user ?? OWNER;
    // chown itself holds on to the folders it goes through: a build's processes may rename them meanwhile.
    await promisify(execFile)("chown", ["-hR", `${uid}:${gid}`, "--", ...this.folders.writable]);
  }

  async ranOutOfMemory(): Promise<boolean> {
    return this.#group?.ranOutOfMemory() ?? false;
  }

  variablesOf(user: string | undefined): Readonly<Record<string, string>> {
    const name = user ?? OWN_USER;
    return { USER: name, LOGNAME: name };
  }

  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  #viewOf(user: CommandUser | undefined): SandboxView {
    return {
      ...this.#host,
      jobId: this.#jobId,
      writable: this.folders.writable,
      programFolders: this.#programFolders,
      user,
    };
  }

  /** Commands may open their output by name, `/dev/stderr`, so it must be their user's. */
  async #takePipe(): Promise<OutputPipe> {
    const pipe = await this.#pipes.take();
    if (this.#user !== undefined && WORKER_IS_ROOT) fchownSync(pipe.writeEnd, this.#user.uid, this.#user.gid);
    return pipe;
  }

  async #end(): Promise<void> {
    this.#disk.stop();
    await this.#launcher?.dismiss({ kept: true });
    const [first] = this.#shells;
    if (first !== undefined) {
      const groups = new Set(this.#shells.map(({ pid }) => pid));
      await endTree({ jobId: this.#jobId, groups, first }, this.#group);
    }
    this.#launchers.finish();
    await Promise.all(this.#shells.map((shell) => shell.release()));
    // Nothing depends on it any more.
    void this.#group?.remove();
  }
}
