import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ProviderError } from "../provider.ts";
import { driverScript, frame } from "./driver.ts";
import type { Launcher, Program } from "./launcher.ts";
import type { OutputPipe } from "./pipes.ts";
import { lowerPriority } from "./priority.ts";

/** How a command, or the shell with it, ended. */
export type CommandEnd =
  | { readonly kind: "returned"; readonly status: number }
  /** The command ended the shell (P3.15). */
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals };

export interface ShellOutput {
  onOutput(stream: "stdout" | "stderr", chunk: Buffer): void;
  /** Resolves when more output may come. */
  ready(): Promise<void>;
}

/** What leads to and from a shell that runs our driver, and how it is known that it ended. */
export interface ShellChannels {
  /** Of the process group that ends it. */
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly commands: Writable;
  readonly answers: Readable;
  readonly stdout: Pick<OutputPipe, "reader">;
  readonly stderr: Pick<OutputPipe, "reader">;
  readonly exited: Promise<CommandEnd>;
}

/** Bytes of output between two looks at whether the log keeps up. */
const READY_EVERY = 256 * 1024;
/** A pipe holds 64 KiB: so many turns read it empty, however fast a background process fills it. */
const MAX_DRAIN_TURNS = 64;
/** The answers to one question: no variable that is handed on may be as large (E4.10). */
const MAX_ANSWER_BYTES = 2 ** 20;
/** A question runs nothing of the build's, unless it has redefined what the driver is made of. */
const ANSWER_MS = 30_000;

/** One shell process that takes commands until it is told to end, or a command ends it. */
export class Shell {
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly exited: Promise<CommandEnd>;
  readonly #channels: ShellChannels;
  readonly #output: ShellOutput;
  #received = Buffer.alloc(0);
  #onRecords: (() => void) | undefined;
  #answersTooMuch = false;
  #outputBytes = 0;

  /** @param channels of a shell that runs our driver, or is about to */
  constructor(channels: ShellChannels, output: ShellOutput) {
    const { pid, startedAt, exited, commands, answers, stdout, stderr } = channels;
    this.pid = pid;
    this.startedAt = startedAt;
    this.exited = exited;
    this.#channels = channels;
    this.#output = output;
    // A shell that has gone can't be written to: its end is told by `exited`.
    commands.on("error", () => undefined);
    answers.on("error", () => undefined);
    answers.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.#read("stdout", stdout.reader);
    this.#read("stderr", stderr.reader);
  }

  /** @throws when the shell can't be started */
  static async start(
    shell: Program,
    { stdout, stderr, ...output }: ShellOutput & { readonly stdout: OutputPipe; readonly stderr: OutputPipe },
  ): Promise<Shell> {
    const [program = "", ...args] = shell.argv;
    const child = spawn(program, args, {
      cwd: shell.folder,
      env: shell.environment,
      stdio: ["ignore", stdout.writeEnd, stderr.writeEnd, "pipe", "pipe"],
      // A session of its own: no controlling terminal, and a group that can be ended as one.
      detached: true,
    });
    try {
      const pid = child.pid ?? (await failure(child));
      lowerPriority(pid);
      return new Shell(channelsOf({ child, pid, startedAt: Date.now(), stdout, stderr }), output);
    } finally {
      stdout.release();
      stderr.release();
    }
  }

  /** The same, by a launcher that can become this shell. */
  static async launch(launcher: Launcher, program: Program, output: ShellOutput): Promise<Shell> {
    // Before it becomes the shell, so that its end is seen whenever it comes.
    const shell = new Shell(channelsOf(launcher), output);
    await launcher.become(program);
    return shell;
  }

  /** Runs one command and waits until it ended and what it printed has been passed on. */
  async run(text: string): Promise<CommandEnd> {
    const { end } = await this.#exchange("c", text);
    return end;
  }

  /**
   * Runs a question of ours; its answers are the NUL-ended records that it printed.
   * @throws ProviderError JobFailed when the shell doesn't answer, or answers too much: it is ended then
   */
  async ask(text: string): Promise<readonly string[]> {
    const late = setTimeout(() => this.#kill(), ANSWER_MS);
    const { end, records } = await this.#exchange("q", text);
    clearTimeout(late);
    if (end.kind === "returned") return records;
    throw new ProviderError(
      "JobFailed",
      this.#answersTooMuch
        ? `The variables of the build's shell take more than ${MAX_ANSWER_BYTES} bytes.`
        : "The build's shell doesn't answer any more.",
    );
  }

  /** Tells the shell that no more comes; it ends by itself, running the build's own EXIT trap. */
  close(): void {
    this.#channels.commands.end();
  }

  /** To be called when the shell's processes have all gone: nothing can be printed any more. */
  async release(): Promise<void> {
    await this.#drain();
    const { commands, answers, stdout, stderr } = this.#channels;
    for (const end of [commands, answers, stdout.reader, stderr.reader]) end.destroy();
  }

  async #exchange(kind: "c" | "q", text: string): Promise<{ end: CommandEnd; records: string[] }> {
    this.#channels.commands.write(frame(kind, text));
    const answered = new Promise<{ end: CommandEnd; records: string[] }>((resolve) => {
      this.#onRecords = () => {
        const found = this.#takeAnswer();
        if (found !== undefined) resolve(found);
      };
    });
    const ended = this.exited.then((end) => ({ end, records: [] }));
    const result = await Promise.race([answered, ended]);
    this.#onRecords = undefined;
    await this.#drain();
    return result;
  }

  #receive(chunk: Buffer): void {
    if (this.#answersTooMuch) return;
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length <= MAX_ANSWER_BYTES) {
      this.#onRecords?.();
    } else {
      this.#answersTooMuch = true;
      this.#kill();
    }
  }

  #kill(): void {
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }

  #takeAnswer(): { end: CommandEnd; records: string[] } | undefined {
    const records = this.#received.toString("utf8").split("\0");
    // What follows the last NUL is a record still on its way.
    const status = records.at(-2);
    if (records.at(-1) !== "" || !status?.startsWith("s")) return undefined;
    this.#received = Buffer.alloc(0);
    return { end: { kind: "returned", status: Number(status.slice(1)) }, records: records.slice(0, -2) };
  }

  #read(stream: "stdout" | "stderr", reader: Readable): void {
    reader.on("error", () => undefined);
    reader.on("data", (chunk: Buffer) => {
      const before = Math.floor(this.#outputBytes / READY_EVERY);
      this.#outputBytes += chunk.length;
      this.#output.onOutput(stream, chunk);
      if (Math.floor(this.#outputBytes / READY_EVERY) > before) void this.#holdUntilReady(reader);
    });
  }

  async #holdUntilReady(reader: Readable): Promise<void> {
    reader.pause();
    await this.#output.ready();
    reader.resume();
  }

  /** Waits until what the pipes held when it was called has been passed on: output before status (P10.2). */
  async #drain(): Promise<void> {
    const { stdout, stderr } = this.#channels;
    for (let turn = 0; turn < MAX_DRAIN_TURNS; turn += 1) {
      const before = this.#outputBytes;
      await nextTurn();
      await nextTurn();
      if (stdout.reader.isPaused() || stderr.reader.isPaused()) await this.#output.ready();
      else if (this.#outputBytes === before) return;
    }
  }
}

/** The arguments that start a shell with our driver in it. */
export function shellArguments(program: string, stateFile: string): readonly string[] {
  const bash = /(^|\/)bash$/.test(program);
  const quiet = bash ? ["--noprofile", "--norc"] : [];
  return [program, ...quiet, "-c", driverScript(stateFile, bash), bash ? "bash" : "sh"];
}

/** Of a process that was given these pipes as descriptors 1 to 4. */
function channelsOf(
  started: Pick<Launcher, "child" | "pid" | "startedAt" | "stdout" | "stderr">,
): ShellChannels {
  const { child, pid, startedAt, stdout, stderr } = started;
  return {
    pid,
    startedAt,
    stdout,
    stderr,
    commands: child.stdio[3] as Writable,
    answers: child.stdio[4] as Readable,
    exited: new Promise((resolve) => {
      child.once("exit", (status, signal) => {
        resolve(signal === null ? { kind: "exited", status: status ?? 0 } : { kind: "killed", signal });
      });
    }),
  };
}

function failure(child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once("error", reject);
  });
}
