import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, writeSync } from "node:fs";
import { Socket } from "node:net";
import { isAbsolute } from "node:path";
import { ControlGroup } from "./control-group/control-group.ts";
import { quote } from "./driver.ts";
import type { OutputPipe, PipeMaker } from "./pipes.ts";
import { lowerPriority } from "./priority.ts";

/** What a pipe takes without anybody reading it, on every system. */
const MAX_INSTRUCTIONS = 60_000;
/** The pipe that instructions come by. */
const INSTRUCTIONS = 5;
/** Shells set these themselves, or won't have them set. */
export const OF_SHELLS =
  /^(PWD|OLDPWD|SHLVL|_|UID|EUID|PPID|GROUPS|BASH\w*|SHELLOPTS|OPTIND|OPTERR|LINENO|FUNCNAME|PIPESTATUS)$/;

/** What a launcher becomes. */
export interface Program {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A process for a job's shell that is there before the job is: a worker is large, so that forking it takes
 * milliseconds, and the kernel takes as many to put the child into a control group. It is a small shell that waits to
 * be told what to become, for one job only. When the worker dies, nobody can tell it any more, and it ends.
 */
export class Launcher {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly group: ControlGroup | undefined;
  readonly stdout: OutputPipe;
  readonly stderr: OutputPipe;
  readonly #instructions: number;
  #inGroup: Promise<void> | undefined;

  private constructor(
    child: ChildProcess,
    pid: number,
    pipes: { stdout: OutputPipe; stderr: OutputPipe; instructions: number },
  ) {
    this.child = child;
    this.pid = pid;
    this.startedAt = Date.now();
    this.stdout = pipes.stdout;
    this.stderr = pipes.stderr;
    this.#instructions = pipes.instructions;
    this.group = ControlGroup.create();
    lowerPriority(pid);
    this.#holdWorker(false);
  }

  /** @throws where no such process can be started */
  static async start(pipes: PipeMaker): Promise<Launcher> {
    const [stdout, stderr, instructions] = await Promise.all([pipes.take(), pipes.take(), pipes.takeInput()]);
    // What reads is there before the instructions are, too.
    const child = spawn("/bin/sh", ["-c", `eval "$(cat <&${INSTRUCTIONS})"`], {
      cwd: "/",
      env: {},
      stdio: ["ignore", stdout.writeEnd, stderr.writeEnd, "pipe", "pipe", instructions.readEnd],
      detached: true,
    });
    child.on("error", () => undefined);
    for (const pipe of [stdout, stderr, instructions]) pipe.release();
    if (child.pid === undefined) throw new Error("/bin/sh could not be started");
    return new Launcher(child, child.pid, { stdout, stderr, instructions: instructions.writeEnd });
  }

  /** Whether it is still there, and can become this: what it is told goes through a shell. */
  canBecome({ argv, folder, environment }: Program): boolean {
    const [program = ""] = argv;
    const isName = (name: string) => /^[A-Za-z_]\w*$/.test(name) && !OF_SHELLS.test(name);
    return (
      this.#isThere() &&
      // One that isn't there is the starter's error, and where a mere name is depends on its PATH.
      isAbsolute(program) &&
      existsSync(program) &&
      Object.keys(environment).every(isName) &&
      Buffer.byteLength(instructionsFor({ argv, folder, environment })) <= MAX_INSTRUCTIONS
    );
  }

  /** Has it become the program: the same process, with its pipes, in its group and session. */
  async become(program: Program): Promise<void> {
    await this.join();
    this.#holdWorker(true);
    try {
      writeSync(this.#instructions, instructionsFor(program));
    } catch {
      // It has just ended: whoever waits for the program learns that.
    } finally {
      closeSync(this.#instructions);
    }
  }

  /** Takes it into its group. The kernel lets no process of the whole system start or end meanwhile. */
  join(): Promise<void> | undefined {
    this.#inGroup ??= this.group?.add(this.pid);
    return this.#inGroup;
  }

  /** Ends it, having become nothing. Its group stays when it is `kept`. */
  async dismiss({ kept = false } = {}): Promise<void> {
    const gone = this.#isThere() ? once(this.child, "exit") : undefined;
    this.#holdWorker(true);
    closeSync(this.#instructions);
    for (const socket of this.#sockets()) socket.destroy();
    await gone;
    if (!kept) await this.group?.remove();
  }

  #isThere(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** A process that only waits keeps no worker from ending. */
  #holdWorker(holds: boolean): void {
    for (const one of [this.child, ...this.#sockets()]) holds ? one.ref() : one.unref();
  }

  #sockets(): readonly Socket[] {
    const ends = [this.stdout.reader, this.stderr.reader, ...this.child.stdio.slice(3, 5)];
    return ends.filter((end) => end instanceof Socket);
  }
}

/** Nothing of it is to be seen in a list of processes: variables may be secret. */
function instructionsFor({ argv, folder, environment }: Program): string {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return `${variables.join("")}cd -- ${quote(folder)} || exit
unset PWD OLDPWD SHLVL _
exec ${argv.map(quote).join(" ")} ${INSTRUCTIONS}<&-
`;
}
