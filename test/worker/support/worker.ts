/** Workers and folders for tests, gone when their test is over. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type JobClient, startWorker, type Worker } from "../../../src/worker/index.ts";
import type { ActionTypeId, Job } from "../../../src/worker/protocol.ts";
import type { Outcome, Provider, Tools } from "../../../src/worker/provider.ts";
import { declare } from "../../../src/worker/providers/declare.ts";
import { NO_OP } from "./job-board.ts";

export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-worker-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a worker tells its operator, for tests to look at. */
export class Journal {
  readonly entries: {
    readonly level: string;
    readonly bindings: Record<string, unknown>;
    readonly text: string;
  }[] = [];
  readonly info = this.#writer("info");
  readonly warn = this.#writer("warn");
  readonly error = this.#writer("error");

  #writer(level: string) {
    return (bindings: unknown, text?: string) => {
      this.entries.push({ level, bindings: bindings as Record<string, unknown>, text: text ?? "" });
    };
  }
}

export async function testWorker(
  client: JobClient,
  providers: readonly Provider[],
  options: {
    concurrency?: number;
    workDir?: string;
    journal?: Journal;
    keepFailedHours?: number;
    diskLimitGiB?: number;
    regions?: readonly string[];
  } = {},
): Promise<Worker> {
  const worker = await startWorker({
    client,
    version: "0.0.0",
    workDir: options.workDir ?? (await testFolder()),
    logger: options.journal ?? new Journal(),
    providers,
    concurrency: options.concurrency ?? 2,
    ...(options.diskLimitGiB !== undefined && { diskLimitGiB: options.diskLimitGiB }),
    ...(options.regions !== undefined && { regions: options.regions }),
    ...(options.keepFailedHours !== undefined && { keepFailedHours: options.keepFailedHours }),
  });
  onTestFinished(() => worker.stop(0));
  return worker;
}

/** A provider of tests' own that does what it is told. */
export function provider(
  run: (job: Job, tools: Tools) => Promise<Outcome> | Outcome,
  id: Partial<ActionTypeId> = {},
): Provider {
  const { category, provider } = { ...NO_OP, ...id };
  return { declaration: declare({ category, provider }), run: async (job, tools) => run(job, tools) };
}

export const done: Outcome = { kind: "done" };
