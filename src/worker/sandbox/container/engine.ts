import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { findProgram } from "../../find-program.ts";
import { SandboxError } from "../sandbox-error.ts";
import { EngineError } from "./engine-error.ts";

export const ENGINES = ["podman", "docker"] as const;
export type EngineName = (typeof ENGINES)[number];

/** What an engine says of itself: version, control groups' version, and whether it runs without root's rights. */
const INFO: Readonly<Record<EngineName, { readonly format: string; isRootless(text: string): boolean }>> = {
  podman: {
    format: "{{.Version.Version}} {{.Host.CgroupsVersion}} {{.Host.Security.Rootless}}",
    isRootless: (text) => text.endsWith(" true"),
  },
  docker: {
    format: "{{.ServerVersion}} v{{.CgroupVersion}} {{json .SecurityOptions}}",
    isRootless: (text) => text.includes('"name=rootless"'),
  },
};
const MOST_OUTPUT_BYTES = 2 ** 20;
const ANSWER_MS = 120_000;

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** After which the engine has failed; `"never"` for what a registry takes its time for. */
  readonly withinMs?: number | "never";
}

/** A container engine of this host, by its command line: podman's and docker's are one, as far as it is used here. */
export class Engine {
  readonly name: EngineName;
  readonly version: string;
  /** Whether root in its containers is the user that the engine runs as, and no more. */
  readonly isRootless: boolean;
  /** Whether it holds containers to CPUs and memory: without root's rights, version 1 of control groups lets nobody. */
  readonly hasLimits: boolean;
  readonly #program: string;

  private constructor(name: EngineName, program: string, info: string) {
    this.name = name;
    const [version = "", groups] = info.split(" ");
    this.version = version;
    this.isRootless = INFO[name].isRootless(info.trim());
    this.hasLimits = groups === "v2" || !this.isRootless;
    this.#program = program;
  }

  /** @throws SandboxError where it isn't installed, or doesn't answer */
  static async find(name: EngineName): Promise<Engine> {
    // By its whole name: a build may set a PATH of its own.
    const program = await findProgram(name);
    if (program === undefined)
      throw new SandboxError("executor", `it is ${name}, and ${name} isn't installed here`);
    return await Engine.open(name, program).catch((error: Error) => {
      throw new SandboxError("executor", `it is ${name}, which doesn't answer: ${error.message}`);
    });
  }

  /** @throws EngineError where it doesn't answer, the signal's reason when it is aborted */
  static async open(name: EngineName, program: string, options: AskOptions = {}): Promise<Engine> {
    return new Engine(name, program, await ask(program, ["info", "--format", INFO[name].format], options));
  }

  /** What it prints. Secrets are never among the arguments: every user of the host can read those. @throws EngineError */
  ask(args: readonly string[], options: AskOptions = {}): Promise<string> {
    return ask(this.#program, args, options);
  }

  /** Starts what lasts, in a session of its own; what it says goes to its standard error. @throws EngineError */
  async start(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly pid: number }> {
    const child = spawn(this.#program, args, {
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) return { child, pid };
    const [error] = await once(child, "error");
    throw EngineError.of(error);
  }
}

async function ask(
  program: string,
  args: readonly string[],
  { signal, withinMs = ANSWER_MS }: AskOptions = {},
): Promise<string> {
  const limits = { maxBuffer: MOST_OUTPUT_BYTES, timeout: withinMs === "never" ? 0 : withinMs };
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: "/",
      ...limits,
      ...(signal && { signal }),
    });
    return stdout;
  } catch (error) {
    signal?.throwIfAborted();
    throw EngineError.of(error);
  }
}
