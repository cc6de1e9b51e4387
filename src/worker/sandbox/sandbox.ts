import { findBubblewrap } from "./bubblewrap.ts";
import { type Executor, processExecutor } from "./executor.ts";
import { JobSandbox, type NewJob } from "./job-sandbox.ts";
import { Launchers } from "./launchers.ts";
import { PipeMaker } from "./pipes.ts";

/** How this worker runs commands: chosen once, when it is first asked for. */
export class Sandbox {
  readonly executor: Executor;
  readonly #pipes = new PipeMaker();
  readonly #launchers: Launchers;

  constructor(executor: Executor) {
    this.executor = executor;
    // Bubblewrap starts several processes to set itself up.
    this.#launchers = new Launchers(this.#pipes, executor.name === "process");
  }

  openJob(job: NewJob): JobSandbox {
    return new JobSandbox({ executor: this.executor, pipes: this.#pipes, launchers: this.#launchers }, job);
  }

  /** Ends what is kept ready for a next job. */
  rest(): Promise<void> {
    return this.#launchers.rest();
  }
}

let found: Promise<Sandbox> | undefined;

/** Bubblewrap where it is installed and works, else plain child processes (P10). Tried once in a worker's life. */
export function findSandbox(): Promise<Sandbox> {
  found ??= findBubblewrap().then((bubblewrap) => new Sandbox(bubblewrap ?? processExecutor));
  return found;
}

/** The line that says which of the two is in force: at the worker's start and in each build's log (P10.9). */
export async function describeSandbox(): Promise<string> {
  const { executor } = await findSandbox();
  return executor.description;
}

/** @throws Error where commands would run without isolation (P10.9) */
export async function requireIsolation(): Promise<void> {
  const { executor } = await findSandbox();
  if (executor.name === "process")
    throw new Error("isolation is required, and bubblewrap (bwrap) isn't installed here, or doesn't work");
}

/** Ends what is kept ready for a next job. */
export async function restSandbox(): Promise<void> {
  await (await found)?.rest();
}
