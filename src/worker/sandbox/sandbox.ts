import { findBubblewrap, works } from "./bubblewrap.ts";
import { checkPath, checkReadOnly } from "./check-folders.ts";
import { type Executor, type Network, processExecutor } from "./executor.ts";
import { describe, JobSandbox, type NewJob } from "./job-sandbox.ts";
import { Launchers } from "./launchers.ts";
import { PipeMaker } from "./pipes.ts";
import { SandboxError } from "./sandbox-error.ts";

export const EXECUTORS = ["auto", "process", "bubblewrap"] as const;
export type ExecutorChoice = (typeof EXECUTORS)[number];

export const NETWORKS = ["all", "none"] as const satisfies readonly Network[];

/** What the operator says of how a worker's commands run (P10.1, P10.8). */
export interface SandboxOptions {
  /** `auto`, if not given: bubblewrap where it is installed and works, else plain child processes. */
  readonly executor?: ExecutorChoice | undefined;
  /** What commands reach; `all` that the worker does, if not given. */
  readonly network?: Network | undefined;
  /** Doesn't open where commands would run without isolation (P10.9). */
  readonly requiresIsolation?: boolean;
  /** PATH of commands; the worker's own, if not given. */
  readonly path?: string;
  /** What commands in bubblewrap may read besides the system's folders and those of PATH. */
  readonly roPaths?: readonly string[];
}

/** What commands may see of their host, besides what their job gives them. */
export interface HostView {
  readonly path?: string | undefined;
  readonly roPaths?: readonly string[] | undefined;
  readonly network?: Network | undefined;
}

/** Of all workers in this process. */
const pipes = new PipeMaker();

/** How the commands of a worker run. */
export class Sandbox {
  readonly executor: Executor;
  readonly #host: HostView;
  readonly #launchers: Launchers;

  constructor(executor: Executor, host: HostView = {}) {
    this.executor = executor;
    this.#host = host;
    // Bubblewrap starts several processes to set itself up.
    this.#launchers = new Launchers(pipes, executor.name === "process");
  }

  /** The line that says at the worker's start how commands run (P10.9). */
  get description(): string {
    return describe(this.executor, this.#host.network);
  }

  openJob(job: NewJob): JobSandbox {
    const { executor } = this;
    return new JobSandbox({ executor, host: this.#host, pipes, launchers: this.#launchers }, job);
  }

  /** Ends what is kept ready for a next job. */
  rest(): Promise<void> {
    return this.#launchers.rest();
  }
}

let found: Promise<Executor | undefined> | undefined;

/** Tries bubblewrap, once in a process's life: what opens a sandbox after that needn't wait as long. */
export function tryBubblewrap(): Promise<Executor | undefined> {
  found ??= findBubblewrap();
  return found;
}

/**
 * How commands are to run, as far as this host can (P10).
 *
 * @param closed folders that commands must not be shown, all of them there
 * @throws SandboxError
 */
export async function openSandbox(
  options: SandboxOptions = {},
  closed: readonly string[] = [],
): Promise<Sandbox> {
  const { path, roPaths = [], network = "all" } = options;
  const bubblewrap = options.executor === "process" ? undefined : await tryBubblewrap();
  if (bubblewrap === undefined) refuseProcesses(options);
  if (bubblewrap !== undefined && network === "none" && !(await works(bubblewrap, network)))
    throw new SandboxError("network", "bubblewrap may not make a network of its own on this host");
  if (path !== undefined) await checkPath(path, closed);
  await checkReadOnly(roPaths, closed);
  return new Sandbox(bubblewrap ?? processExecutor, { path, roPaths, network });
}

/** @throws SandboxError for what plain child processes can't do (P10.1, P10.8, P10.9) */
function refuseProcesses({ executor, network, requiresIsolation, roPaths = [] }: SandboxOptions): void {
  const reason =
    executor === "process"
      ? "the executor is process"
      : "bubblewrap (bwrap) isn't installed here, or doesn't work";
  if (executor === "bubblewrap") throw new SandboxError("executor", `it is bubblewrap, and ${reason}`);
  if (requiresIsolation) throw new SandboxError("requireIsolation", `isolation is required, and ${reason}`);
  if (network === "none")
    throw new SandboxError("network", `commands would reach all that the worker does: ${reason}`);
  if (roPaths.length > 0)
    throw new SandboxError("roPaths", `commands would see all that their user may: ${reason}`);
}
