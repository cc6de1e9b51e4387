import { findBubblewrap } from "./bubblewrap.ts";
import { type Executor, processExecutor } from "./executor.ts";
import { JobSandbox, type NewJob } from "./job-sandbox.ts";
import { PipeMaker } from "./pipes.ts";

/** How this worker runs commands: chosen once, when it is first asked for. */
export class Sandbox {
  readonly executor: Executor;
  readonly #pipes = new PipeMaker();

  constructor(executor: Executor) {
    this.executor = executor;
  }

  openJob(job: NewJob): JobSandbox {
    return new JobSandbox(this.executor, this.#pipes, job);
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
