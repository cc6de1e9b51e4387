/** The worker's life: take jobs, and end in order. */
import { setTimeout as sleep } from "node:timers/promises";
import { runLane } from "./lane.ts";
import type { ActionTypeDeclaration, Provider } from "./provider.ts";
import { type JobContext, runJob } from "./run-job.ts";

/** How long cancelled jobs may take to end. */
const ABORT_MS = 10_000;
/** Categories whose jobs run commands for long, as some rules do; all others mostly wait for disk and network. */
const HEAVY = new Set(["Build", "Test", "Compute"]);
const HEAVY_RULES = new Set(["Commands", "CodeBuild"]);

/** For each build at once. A function costs nothing while it is waited for, which is as long as strangers like. */
const SLOTS = { heavy: 1, light: 2, functions: 8 } as const;
type Kind = keyof typeof SLOTS;

export interface LoopOptions extends Omit<JobContext, "shutdown"> {
  readonly providers: readonly Provider[];
  /** Whose jobs are taken; absent: those of all. */
  readonly regions?: readonly string[];
  /**
   * Builds at once. Sources, deployments and the like have twice as many slots of their own, and functions eight times
   * as many, so that none waits for a build.
   */
  readonly concurrency: number;
}

export interface Loop {
  /** Takes no more jobs, waits up to `graceMs` for those that run, then aborts them: they come again elsewhere. */
  stop(graceMs: number): Promise<void>;
}

/** Begins to take jobs. */
export function startLoop(options: LoopOptions): Loop {
  const { client, logger } = options;
  const stopping = new AbortController();
  const shutdown = new AbortController();
  const context = { ...options, shutdown: shutdown.signal };

  const lanes = (["heavy", "light", "functions"] as const)
    .map((kind) => ({
      providers: options.providers.filter(({ declaration }) => kindOf(declaration) === kind),
      slots: options.concurrency * SLOTS[kind],
    }))
    .filter(({ providers }) => providers.length > 0)
    .map((lane) =>
      runLane(
        {
          ...lane,
          workerId: options.workerId,
          ...(options.regions !== undefined && { regions: options.regions }),
          poll: (request, signal) => client.poll(request, signal),
          run: (job, provider) => runJob(job, provider, context),
          onPollFailed: (error, failures) => {
            if (failures === 0) {
              logger.warn({ err: error }, "jobs could not be polled for; trying again");
            }
          },
        },
        stopping.signal,
      ),
    );

  return {
    async stop(graceMs) {
      stopping.abort();
      const ended = Promise.all(lanes);
      if (!(await endsWithin(ended, graceMs))) {
        shutdown.abort();
        await endsWithin(ended, ABORT_MS);
      }
    },
  };
}

function kindOf({ id: { category, provider }, byFunction }: ActionTypeDeclaration): Kind {
  if (byFunction !== undefined) return "functions";
  return HEAVY.has(category) || (category === "Rule" && HEAVY_RULES.has(provider)) ? "heavy" : "light";
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timeout = new AbortController();
  const late = sleep(ms, false, { signal: timeout.signal }).catch(() => false);
  const inTime = await Promise.race([work.then(() => true), late]);
  timeout.abort();
  return inTime;
}
