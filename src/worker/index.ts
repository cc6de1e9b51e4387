/** The worker: takes jobs of the built-in action types and does them, in the server's process or on any host. */
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { availableParallelism, hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import { DIRECT, type Way, withBundle } from "../network/index.ts";
import { mirrorsIn, removeUnusedMirrors } from "../remotes/index.ts";
import { announce, keepAnnounced } from "./announcing.ts";
import { findCapabilities } from "./capabilities.ts";
import { jobsRoot, removeStaleFolders } from "./job-folder.ts";
import { createKeptFolders } from "./kept-folders.ts";
import { startLoop } from "./loop.ts";
import type { JobClient } from "./protocol.ts";
import type { Provider } from "./provider.ts";
import { providers as actionProviders } from "./providers/index.ts";
import { rules as ruleProviders } from "./rules/index.ts";
import type { Runtimes } from "./runtimes.ts";
import { openSandbox, type SandboxOptions } from "./sandbox/index.ts";

export type * from "./build-protocol.ts";
export { createHttpJobClient, type HttpJobClient } from "./http-client.ts";
export { sanitize as withoutControls } from "./log/sanitize.ts";
export type * from "./protocol.ts";
export { JobRefusedError } from "./protocol.ts";
export type { ActionTypeDeclaration, Outcome, Provider, Tools } from "./provider.ts";
export { declarations } from "./providers/index.ts";
export { ruleDeclarations } from "./rules/index.ts";
export { type Runtimes, readRuntimes } from "./runtimes.ts";
export {
  EXECUTORS,
  type ExecutorChoice,
  isImageName,
  NETWORKS,
  type Network,
  openSandbox,
  SandboxError,
  type SandboxOptions,
  tryBubblewrap,
} from "./sandbox/index.ts";

const DISK_LIMIT_GIB = 20;
const PRUNE_EVERY_MS = 10 * 60_000;

const builtInProviders: readonly Provider[] = [...actionProviders, ...ruleProviders];

export interface WorkerOptions {
  readonly client: JobClient;
  /** Of Millrace, as announced to the server. */
  readonly version: string;
  /** A folder of this worker's own; made if it isn't there. Caches in it are kept between starts. */
  readonly workDir: string;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  /** Builds at once; half of the cores and at least 2, if not given (P2.12). */
  readonly concurrency?: number;
  /** What builds may ask for by `runtime-versions`; nothing, if not given. */
  readonly runtimes?: Runtimes;
  /** How commands run; as `auto` has it, if not given. */
  readonly sandbox?: SandboxOptions;
  /** Folders besides its own that commands must not be shown. */
  readonly closed?: readonly string[];
  /** What the files of one job may take on disk together, in GiB; 20, if not given (P10.1). */
  readonly diskLimitGiB?: number;
  /** For how many hours folders of failed jobs stay in `failed/` of its work folder; 0, if not given. */
  readonly keepFailedHours?: number;
  /** How its requests to what lies outside leave its host; directly, if not given. */
  readonly way?: Way;
  /** Regions of the actions whose jobs it takes; all, if not given (P0.17). */
  readonly regions?: readonly string[];
  /** What takes jobs; the built-in providers, if not given. */
  readonly providers?: readonly Provider[];
}

export interface Worker {
  readonly id: string;
  readonly concurrency: number;
  /** The tools that it found: `git`, `bubblewrap`, `podman`, `docker`. */
  readonly capabilities: readonly string[];
  /** How commands run here, in a sentence for the operator (P10.9). */
  readonly sandbox: string;
  /**
   * Takes no more jobs and waits up to `graceMs` for those that run; then aborts them, so that they come again to
   * another worker once their lease is over.
   */
  stop(graceMs: number): Promise<void>;
}

/** A worker that has announced itself, and takes no jobs yet. */
export interface ReadyWorker {
  /** Clears away what a worker before it left, which may take a while, and takes jobs from then on. */
  start(): Promise<Worker>;
}

/**
 * Starts to take jobs; resolves once the worker has tried to announce itself.
 * @throws as readyWorker
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const ready = await readyWorker(options);
  return await ready.start();
}

/**
 * Announces a worker that is to take jobs later.
 * @throws JobRefusedError when the server refuses this worker, SandboxError where commands can't run as they should
 */
export async function readyWorker(options: WorkerOptions): Promise<ReadyWorker> {
  const { client, version, logger, providers = builtInProviders } = options;
  const workDir = resolve(options.workDir);
  const cacheDir = join(workDir, "cache");
  await mkdir(workDir, { recursive: true, mode: 0o711 });
  await mkdir(cacheDir, { recursive: true, mode: 0o700 });
  const closed = [workDir, ...(options.closed ?? [])];
  const sandbox = await openSandbox(options.sandbox, closed, (message) => logger.warn(message));
  const way = await withBundle(options.way ?? DIRECT, workDir);
  const kept = createKeptFolders(join(workDir, "failed"), options.keepFailedHours ?? 0, Date.now);
  const workerId = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const concurrency = options.concurrency ?? Math.max(2, Math.floor(availableParallelism() / 2));
  const capabilities = await findCapabilities(process.env.PATH ?? "");
  const announcing = { client, description: { workerId, version, capabilities }, logger };
  const known = await announce(announcing);
  return {
    async start() {
      // Refused when it has ended; where nobody hears of it, its lease runs out.
      await removeStaleFolders(workDir, {
        removeContainers: (folder) => sandbox.removeContainers(folder),
        giveUp: (jobId, nonce) => client.giveUp(jobId, nonce),
      });
      const prune = async () => {
        await kept.prune();
        await removeUnusedMirrors(mirrorsIn(cacheDir), Date.now());
      };
      const failed = (error: unknown) => logger.warn({ err: error }, "what is kept could not be pruned");
      await prune().catch(failed);
      const stopped = new AbortController();
      void keepAnnounced(announcing, known, stopped.signal);
      const pruning = setInterval(() => void prune().catch(failed), PRUNE_EVERY_MS).unref();
      const loop = startLoop({
        client,
        workerId,
        providers: providers.filter(({ declaration: { tools = [] } }) =>
          tools.every((tool) => capabilities.includes(tool)),
        ),
        ...(options.regions !== undefined && { regions: options.regions }),
        concurrency,
        jobsRoot: jobsRoot(workDir),
        cacheDir,
        ...((options.keepFailedHours ?? 0) > 0 && { kept }),
        sandbox,
        runtimes: options.runtimes ?? new Map(),
        diskLimit: (options.diskLimitGiB ?? DISK_LIMIT_GIB) * 2 ** 30,
        way,
        logger,
        now: Date.now,
      });
      return {
        id: workerId,
        concurrency,
        capabilities,
        sandbox: sandbox.description,
        async stop(graceMs) {
          stopped.abort();
          clearInterval(pruning);
          await loop.stop(graceMs);
          await sandbox.rest();
        },
      };
    },
  };
}
