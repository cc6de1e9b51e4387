import { hostname } from "node:os";
import { findBubblewrap, works } from "./bubblewrap.ts";
import { checkPath, checkReadOnly } from "./check-folders.ts";
import { AutoEngine } from "./container/auto-engine.ts";
import { removeContainers } from "./container/container.ts";
import { ContainerSandbox, describeEngine } from "./container/container-sandbox.ts";
import { ENGINES, Engine } from "./container/engine.ts";
import { takeControllers } from "./control-group/own-groups.ts";
import { type Executor, type Network, processExecutor, withNetwork } from "./executor.ts";
import { HostSandbox } from "./host-sandbox.ts";
import type { JobSandbox, NewJob } from "./job-sandbox.ts";
import { Launchers } from "./launchers.ts";
import { PipeMaker } from "./pipes.ts";
import { SandboxError } from "./sandbox-error.ts";

export const EXECUTORS = ["auto", "process", "bubblewrap", ...ENGINES] as const;
export type ExecutorChoice = (typeof EXECUTORS)[number];

export const NETWORKS = ["all", "none"] as const satisfies readonly Network[];

/** What the operator says of how a worker's commands run (P10.1, P10.8, P10.10). */
export interface SandboxOptions {
  /**
   * `auto`, if not given: bubblewrap where it is installed and works, else plain child processes; and containers for
   * images that the operator names or the host has (P2.8). With `podman` or `docker` all builds have containers but those
   * whose image stands for the host.
   */
  readonly executor?: ExecutorChoice | undefined;
  /** What commands reach; `all` that the worker does, if not given. */
  readonly network?: Network | undefined;
  /** Doesn't open where commands would run without isolation (P10.9). */
  readonly requiresIsolation?: boolean;
  /** PATH of commands on the host; the worker's own, if not given. */
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

/** A worker's containers: for all builds, or for those that `auto` has run in them. */
export type Containers =
  | {
      readonly engine: Engine;
      /** Why no build may run on the host instead, where one may not. */
      readonly hostRefusal: string | undefined;
    }
  | AutoEngine;

/** Of all workers in this process. */
const pipes = new PipeMaker();

/** How the commands of a worker run. */
export class Sandbox {
  /** Why no build may run on the host, where one may not. */
  readonly hostRefusal: string | undefined;
  readonly #executor: Executor;
  readonly #host: HostView;
  /** Of all builds. */
  readonly #engine: Engine | undefined;
  /** With the executor `auto`, where the host's folders can be mounted. */
  readonly #auto: AutoEngine | undefined;
  readonly #launchers: Launchers;

  /** @param containers undefined where all commands run on the host */
  constructor(executor: Executor, host: HostView = {}, containers?: Containers) {
    this.#executor = executor;
    this.#host = host;
    const auto = containers instanceof AutoEngine;
    this.#auto = auto ? containers : undefined;
    this.#engine = auto ? undefined : containers?.engine;
    this.hostRefusal = auto ? undefined : containers?.hostRefusal;
    // Bubblewrap starts several processes to set itself up.
    this.#launchers = new Launchers(pipes, executor.name === "process");
  }

  /** `process`, `bubblewrap`, `podman` or `docker`: of all builds but those that `auto` has run in containers. */
  get executor(): string {
    return this.#engine?.name ?? this.#executor.name;
  }

  /** How commands on the host run. */
  get hostExecutor(): Executor["name"] {
    return this.#executor.name;
  }

  /** Whether all builds run in containers whose image doesn't stand for the host. */
  get hasContainers(): boolean {
    return this.#engine !== undefined;
  }

  /** Whether there is an engine for the builds that `auto` has run in containers, which is looked for once. */
  async findsEngine(): Promise<boolean> {
    return (await this.#auto?.find()) !== undefined;
  }

  /** Likewise, and whether it has an image, as `isImageName` has it. */
  async findsImage(image: string): Promise<boolean> {
    return (await this.#auto?.has(image)) ?? false;
  }

  /** The line that says at the worker's start how commands run (P10.9). */
  get description(): string {
    const { description } = this.#executor;
    return withNetwork(
      this.#engine === undefined ? description : describeEngine(this.#engine, hostname()),
      this.#host.network,
    );
  }

  /** In a container where the job asks for one, and there is an engine; else on the host. */
  openJob(job: NewJob): JobSandbox {
    const { container } = job;
    const engine = this.#engine ?? this.#auto?.found;
    if (engine !== undefined && container !== undefined) {
      const description = describeEngine(engine, hostname());
      return new ContainerSandbox(engine, description, this.#host.network ?? "all", { ...job, container });
    }
    const parts = { executor: this.#executor, host: this.#host, pipes, launchers: this.#launchers };
    return new HostSandbox(parts, job);
  }

  /** Removes the containers that a worker which died left to the jobs of a folder. @throws EngineError */
  async removeContainers(jobsFolder: string): Promise<void> {
    if (this.#engine !== undefined) await removeContainers(this.#engine, jobsFolder);
    await this.#auto?.removeContainers(jobsFolder);
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
 * @param warn told of what `auto` would use and can't
 * @throws SandboxError
 */
export async function openSandbox(
  options: SandboxOptions = {},
  closed: readonly string[] = [],
  warn: (message: string) => void = () => undefined,
): Promise<Sandbox> {
  const { executor = "auto", path, roPaths = [], network = "all" } = options;
  takeControllers();
  const bubblewrap = executor === "process" ? undefined : await tryBubblewrap();
  const engineName = ENGINES.find((name) => name === executor);
  const engine = engineName === undefined ? undefined : await Engine.find(engineName);
  const cut = closed.find((folder) => folder.includes(":"));
  if (engine !== undefined && cut !== undefined)
    throw new SandboxError(
      "executor",
      `it is ${engineName}, which mounts no folder with a colon in its path: ${cut}`,
    );
  const refusal = await hostRefusal(options, bubblewrap);
  if (engine === undefined && refusal !== undefined) throw refusal;
  if (path !== undefined) await checkPath(path, closed);
  await checkReadOnly(roPaths, closed);
  // Elsewhere than on Linux, engines are in a machine of their own, which no pipe of this one leads to.
  const canMount = cut === undefined && process.platform === "linux";
  const auto = executor === "auto" && canMount ? new AutoEngine(warn) : undefined;
  const containers = engine === undefined ? auto : { engine, hostRefusal: refusal?.message };
  return new Sandbox(bubblewrap ?? processExecutor, { path, roPaths, network }, containers);
}

/** What the host can't do of what is asked of it (P10.1, P10.8, P10.9). */
async function hostRefusal(
  { executor, network, requiresIsolation, roPaths = [] }: SandboxOptions,
  bubblewrap: Executor | undefined,
): Promise<SandboxError | undefined> {
  if (bubblewrap !== undefined) {
    if (network !== "none" || (await works(bubblewrap, network))) return undefined;
    return new SandboxError("network", "bubblewrap may not make a network of its own on this host");
  }
  const reason =
    executor === "process"
      ? "the executor is process"
      : "bubblewrap (bwrap) isn't installed here, or doesn't work";
  if (executor === "bubblewrap") return new SandboxError("executor", `it is bubblewrap, and ${reason}`);
  if (requiresIsolation) return new SandboxError("requireIsolation", `isolation is required, and ${reason}`);
  if (network === "none")
    return new SandboxError("network", `commands would reach all that the worker does: ${reason}`);
  if (roPaths.length > 0)
    return new SandboxError("roPaths", `commands would see all that their user may: ${reason}`);
  return undefined;
}
