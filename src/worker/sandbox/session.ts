import { setTimeout as sleep } from "node:timers/promises";
import { askState, askVariables, quote } from "./driver.ts";
import type { JobSandbox, NewShell } from "./job-sandbox.ts";
import type { CommandEnd, Shell } from "./shell.ts";
import { type ShellState, takeShellState } from "./shell-state.ts";

/** How a command ended, and with how much memory where processes were ended since that isn't enough. */
export type SessionEnd = CommandEnd & {
  /** Bytes. */
  readonly outOfMemory?: number;
};

/** Runs the commands of one build, one after the other. */
export interface CommandSession {
  /**
   * @throws the signal's reason when it is aborted, or ProviderError when the job takes too much disk: the job's
   * processes have ended then
   */
  run(command: string, signal: AbortSignal): Promise<SessionEnd>;
  /**
   * The commands to come run as this user, or as the worker's own: in a new shell with folder and exported variables
   * carried over (P3.24). @throws ProviderError when the shell doesn't answer
   */
  runAs(user: string | undefined): Promise<void>;
  /** Sets an environment variable for the commands to come. @throws ProviderError when the shell doesn't answer */
  setVariable(name: string, value: string): Promise<void>;
  /** The values of those variables that are set. @throws ProviderError when the shell doesn't answer, or too much */
  variables(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Lets the shell end by itself, then ends whatever of the job still runs (P3.18). */
  end(): Promise<void>;
}

/** How long a shell may take to end by itself: its EXIT trap is the build's. */
const CLOSE_MS = 5_000;

/**
 * One shell for the whole build: folder, variables, functions and options stay (P3.13, version 0.2). When a command
 * ends it, the next one gets a new shell with the folder and the exported variables of the old one (P3.15).
 */
export class PersistentSession implements CommandSession {
  readonly #sandbox: JobSandbox;
  readonly #options: NewShell;
  #shell: Shell | undefined;
  /** Where the next shell takes up from one that has ended: what this says, or what that one left in its file. */
  #continues: ShellState | "file" | undefined;
  #user: string | undefined;

  constructor(sandbox: JobSandbox, options: NewShell) {
    this.#sandbox = sandbox;
    this.#options = options;
  }

  async run(command: string, signal: AbortSignal): Promise<SessionEnd> {
    const shell = await this.#current();
    const end = await untilAborted(shell.run(command), signal, this.#sandbox);
    if (end.kind !== "returned") {
      this.#shell = undefined;
      this.#continues = "file";
    }
    return end;
  }

  async runAs(user: string | undefined): Promise<void> {
    if (user === this.#user) return;
    const state = this.#shell === undefined ? await this.#takeState() : await askForState(this.#shell);
    await this.#close();
    await this.#sandbox.handOver(user);
    this.#user = user;
    const variables = Object.entries(this.#sandbox.variablesOf(user));
    const exported = variables.map(([name, value]) => `export ${name}=${quote(value)}`);
    this.#continues = state && {
      folder: state.folder,
      exports: [state.exports, ...exported].join("\n"),
    };
  }

  async setVariable(name: string, value: string): Promise<void> {
    const shell = await this.#current();
    await shell.ask(`export ${name}=${quote(value)}`);
  }

  async variables(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (names.length === 0) return new Map();
    const shell = await this.#current();
    const records = await shell.ask(askVariables(names));
    return new Map(
      records.map((record) => {
        const equals = record.indexOf("=");
        return [record.slice(1, equals), record.slice(equals + 1)];
      }),
    );
  }

  async end(): Promise<void> {
    await this.#close();
    await this.#sandbox.end();
  }

  async #current(): Promise<Shell> {
    this.#shell ??= await this.#start();
    return this.#shell;
  }

  async #start(): Promise<Shell> {
    const state = await this.#takeState();
    const shell = await this.#sandbox.startShell(this.#options);
    if (state !== undefined) await shell.ask(`${state.exports}\ncd -- ${quote(state.folder)}`);
    return shell;
  }

  async #takeState(): Promise<ShellState | undefined> {
    const from = this.#continues;
    this.#continues = undefined;
    return from === "file" ? await takeShellState(this.#sandbox.stateFile) : from;
  }

  async #close(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    if (shell === undefined) return;
    shell.close();
    await within(CLOSE_MS, shell.exited);
  }
}

async function askForState(shell: Shell): Promise<ShellState> {
  const [folder = "", exports = ""] = await shell.ask(askState);
  return { folder, exports };
}

/** A fresh shell for each command, in the first folder, with the first environment (P3.13, version 0.1). */
export class FreshSession implements CommandSession {
  readonly #sandbox: JobSandbox;
  readonly #options: NewShell;
  readonly #environment: Map<string, string>;
  #user: string | undefined;

  constructor(sandbox: JobSandbox, options: NewShell) {
    this.#sandbox = sandbox;
    this.#options = options;
    this.#environment = new Map(Object.entries(options.environment));
  }

  async run(command: string, signal: AbortSignal): Promise<SessionEnd> {
    const environment = Object.fromEntries(this.#environment);
    const shell = await this.#sandbox.startShell({ ...this.#options, environment });
    const end = await untilAborted(shell.run(command), signal, this.#sandbox);
    shell.close();
    return end;
  }

  async runAs(user: string | undefined): Promise<void> {
    if (user === this.#user) return;
    await this.#sandbox.handOver(user);
    this.#user = user;
  }

  async setVariable(name: string, value: string): Promise<void> {
    this.#environment.set(name, value);
  }

  /** P3.12: values as they were before the first command. */
  async variables(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      names.flatMap((name) => {
        const value = this.#environment.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  }

  async end(): Promise<void> {
    await this.#sandbox.end();
  }
}

/** A command that is stopped, out of time or out of disk doesn't decide itself when it ends. */
async function untilAborted(
  running: Promise<CommandEnd>,
  signal: AbortSignal,
  sandbox: JobSandbox,
): Promise<SessionEnd> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => {
    sandbox.end().then(() => aborted.reject(signal.reason), aborted.reject);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const end = await Promise.race([running, aborted.promise, sandbox.overLimit]);
    if (signal.aborted) await aborted.promise;
    if (sandbox.isOverLimit) await sandbox.overLimit;
    const { memory } = sandbox.limits;
    const succeeded = end.kind !== "killed" && end.status === 0;
    return !succeeded && memory !== undefined && (await sandbox.ranOutOfMemory())
      ? { ...end, outOfMemory: memory }
      : end;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
}
