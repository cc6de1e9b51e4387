import { findBubblewrap } from "./bubblewrap.ts";
import { checkPath, checkReadOnly } from "./check-folders.ts";
import { type Executor, processExecutor } from "./executor.ts";
import { JobSandbox, type NewJob } from "./job-sandbox.ts";
import { Launchers } from "./launchers.ts";
import { PipeMaker } from "./pipes.ts";
import { SandboxError } from "./sandbox-error.ts";

/** What the operator says of how a worker's commands run (P10.1, P10.8). */
export interface SandboxOptions {
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
 * Bubblewrap where it is installed and works, else plain child processes (P10).
 *
 * @param closed folders that commands must not be shown, all of them there
 * @throws SandboxError
 */
export async function openSandbox(
  options: SandboxOptions = {},
  closed: readonly string[] = [],
): Promise<Sandbox> {
  const { path, roPaths = [] } = options;
  const executor = (await tryBubblewrap()) ?? processExecutor;
  if (executor.name === "process") {
    if (options.requiresIsolation)
      throw new SandboxError("requireIsolation", `isolation is required, and ${NO_BUBBLEWRAP}`);
    if (roPaths.length > 0)
      throw new SandboxError("roPaths", `commands would see all that their user may: ${NO_BUBBLEWRAP}`);
  }
  if (path !== undefined) checkPath(path);
  await checkReadOnly(roPaths, closed);
  return new Sandbox(executor, { path, roPaths });
}

const NO_BUBBLEWRAP = "bubblewrap (bwrap) isn't installed here, or doesn't work";
