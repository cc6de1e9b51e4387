import { type ExecFileException, execFile } from "node:child_process";
import { fchownSync, mkdirSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CommandUser, ownerOf, WORKER_IS_ROOT } from "./command-user.ts";
import { ControlGroup } from "./control-group.ts";
import { watchDisk } from "./disk-watch.ts";
import { endTree } from "./end-tree.ts";
import { baseEnvironment } from "./environment.ts";
import type { Executor, Network, SandboxView } from "./executor.ts";
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

export interface NewShell extends ShellOutput {
  /** `/bin/sh` or `bash`. */
  readonly program: string;
  readonly folder: string;
  /** Comes on top of what every command sees (P10.1). */
  readonly environment: Readonly<Record<string, string>>;
}

export interface NewJob {
  readonly jobId: string;
  /** The job's own folder, empty. */
  readonly workDir: string;
  /** What its commands reach, where the worker leaves them more. */
  readonly network?: Network | undefined;
  /** What its files may take on disk together, in bytes (P10.1). */
  readonly diskLimit: number;
  /** What commands may have in their PATH besides what the worker has in its own. */
  readonly programFolders?: readonly string[];
}

const PROBE_MS = 5_000;

/** Of a job's folder: where its shells leave what they go on with, values of secrets too. */
export const SHELL_FOLDER = "shell";

/** How commands run, in a line (P10.9). */
export function describe({ description }: Executor, network: Network | undefined): string {
  return network === "none" ? `${description}, without network` : description;
}

/** The folders, processes and limits of one job (P10.1). Everything in it has ended once `end` resolved. */
export class JobSandbox {
  /** Where sources are put: the job's folders are made below it. */
  readonly output: string;
  /** What commands can see, but isn't the build's to hand on. */
  readonly shellFolder: string;
  /** Where the shell that ended last left its folder and exported variables. */
  readonly stateFile: string;
  readonly executor: Executor;
  readonly #host: HostView;
  readonly #jobId: string;
  readonly #workDir: string;
  readonly #diskLimit: number;
  readonly #programFolders: readonly string[];
  readonly #pipes: PipeMaker;
  readonly #launchers: Launchers;
  readonly #group: ControlGroup | undefined;
  readonly #shells: Shell[] = [];
  readonly #ended = new AbortController();
  /** For the first shell. */
  #launcher: Launcher | undefined;
  /** Undefined for the worker's own. */
  #user: CommandUser | undefined;
  #ending: Promise<void> | undefined;
  #overLimit: Promise<never> | undefined;
  #isOverLimit = false;

  /** Makes the job's folders and, where it can, its control group. */
  constructor({ executor, host, pipes, launchers }: SandboxParts, given: NewJob) {
    const { jobId, workDir, diskLimit, network, programFolders = [] } = given;
    this.executor = executor;
    this.#host = network === "none" ? { ...host, network } : host;
    this.output = join(workDir, "output");
    this.shellFolder = join(workDir, SHELL_FOLDER);
    this.stateFile = join(this.shellFolder, "state");
    this.#jobId = jobId;
    this.#workDir = workDir;
    this.#diskLimit = diskLimit;
    this.#programFolders = programFolders;
    this.#pipes = pipes;
    this.#launchers = launchers;
    // A handful of system calls each: going through the thread pool would take longer than they do.
    for (const folder of this.#writable) mkdirSync(folder);
    this.#launcher = launchers.take();
    this.#group = this.#launcher?.group ?? ControlGroup.create();
    this.#group?.noteIn(workDir);
  }

  /** @throws when the shell can't be started */
  async startShell({ program, folder, environment, onOutput, ready }: NewShell): Promise<Shell> {
    const user = this.#user;
    const places = { home: join(this.#workDir, "home"), tmp: join(this.#workDir, "tmp") };
    const base = baseEnvironment(this.#jobId, places, {
      shell: program,
      user: user?.name,
      path: this.#host.path,
    });
    const shell = await this.#start(
      {
        argv: this.executor.wrap(shellArguments(program, this.stateFile), this.#viewOf(user)),
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

  /**
   * Whether commands can run as this user here: undefined if so, else what the system says against it. Only root
   * becomes somebody else, and a user must be able to reach the job's folder.
   */
  async refusalOf(user: CommandUser): Promise<string | undefined> {
    if (WORKER_IS_ROOT) await chmod(this.#workDir, 0o711);
    const probe = ["/bin/sh", "-c", 'cd -- "$1"', "sh", this.#workDir];
    const [program = "", ...args] = this.executor.wrap(probe, this.#viewOf(user));
    return await promisify(execFile)(program, args, { cwd: "/", timeout: PROBE_MS }).then(
      () => undefined,
      (error: ExecFileException) => error.stderr?.toString().trim() || error.message,
    );
  }

  /** Shells that are started from now on run as this user, to whom the job's folders and files belong then. */
  async handOver(user: CommandUser | undefined): Promise<void> {
    this.#user = user;
    if (!WORKER_IS_ROOT) return;
    const { uid, gid } = ownerOf(user);
    // chown itself holds on to the folders it goes through: a build's processes may rename them meanwhile.
    await promisify(execFile)("chown", ["-hR", `${uid}:${gid}`, "--", ...this.#writable]);
  }

  /**
   * Rejects, once all processes were ended for it, when the job takes more disk than it may.
   * Nobody looks before the first command.
   */
  get overLimit(): Promise<never> {
    this.#overLimit ??= this.#watch();
    return this.#overLimit;
  }

  /** Whether the job takes more than it may: what its commands end with now is no doing of theirs. */
  get isOverLimit(): boolean {
    return this.#isOverLimit;
  }

  /** Ends all processes of the job, however they hide (P10.7). @throws ProviderError when they can't be ended */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** The line that says in the log how its commands run. */
  get description(): string {
    return describe(this.executor, this.#host.network);
  }

  /** PATH of its commands, unless they change it. */
  get path(): string {
    return this.#host.path ?? process.env.PATH ?? "";
  }

  /** The folders of the build: what it may write to and hand on. */
  get folders(): readonly string[] {
    return ["output", "home", "tmp"].map((name) => join(this.#workDir, name));
  }

  get #writable(): readonly string[] {
    return [...this.folders, this.shellFolder];
  }

  #viewOf(user: CommandUser | undefined): SandboxView {
    return {
      ...this.#host,
      jobId: this.#jobId,
      writable: this.#writable,
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

  async #watch(): Promise<never> {
    try {
      await watchDisk(this.#workDir, this.#ended.signal, { limitBytes: this.#diskLimit });
    } catch (error) {
      this.#isOverLimit = true;
      await this.end();
      throw error;
    }
    return await new Promise<never>(() => undefined);
  }

  async #end(): Promise<void> {
    this.#ended.abort();
    await this.#launcher?.dismiss({ kept: true });
    const [first] = this.#shells;
    if (first !== undefined) {
      const groups = new Set(this.#shells.map(({ pid }) => pid));
      await endTree({ jobId: this.#jobId, groups, first }, this.#group);
    }
    this.#launchers.finish();
    await Promise.all(this.#shells.map((shell) => shell.release()));
    this.#group?.remove();
  }
}
