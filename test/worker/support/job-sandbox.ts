import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";
import {
  FreshSession,
  type JobLimits,
  type Network,
  type NewContainer,
  PersistentSession,
  processExecutor,
  type RegistryLogin,
  Sandbox,
} from "../../../src/worker/sandbox/index.ts";

const sandbox = new Sandbox(processExecutor);
afterAll(() => sandbox.rest());
const never = new AbortController().signal;
let count = 0;

/** A session in a job folder of its own, with what it printed. */
export async function openSession(
  folder: string,
  options: {
    program?: string;
    environment?: Record<string, string>;
    fresh?: boolean;
    ready?: () => Promise<void>;
    on?: (text: string) => void;
    sandbox?: Sandbox;
    /** Bytes. */
    diskLimit?: number;
    limits?: JobLimits;
    container?: NewContainer;
    network?: Network;
    login?: RegistryLogin;
  } = {},
) {
  count += 1;
  const jobId = `test-${process.pid}-${Date.now()}-${count}`;
  const workDir = join(folder, jobId);
  await mkdir(workDir);
  const job = (options.sandbox ?? sandbox).openJob({
    jobId,
    workDir,
    diskLimit: options.diskLimit ?? 2 ** 30,
    limits: options.limits,
    container: options.container,
    network: options.network,
  });
  const said: string[] = [];
  onTestFinished(() => job.end());
  await job.provision({ signal: never, say: (line) => void said.push(line), login: options.login });
  const printed: string[] = [];
  const shell = {
    program: options.program ?? "/bin/sh",
    folder: job.folders.output,
    environment: options.environment ?? {},
    onOutput: (_stream: string, chunk: Buffer) => {
      printed.push(chunk.toString());
      options.on?.(chunk.toString());
    },
    ready: options.ready ?? (() => Promise.resolve()),
  };
  const session = options.fresh ? new FreshSession(job, shell) : new PersistentSession(job, shell);
  onTestFinished(() => session.end());
  return {
    session,
    job,
    jobId,
    workDir,
    /** Lines of the job's log before its commands. */
    said,
    output: () => printed.join(""),
    /** Runs a command and answers its status, or how the shell ended. */
    async run(command: string, signal = never) {
      const end = await session.run(command, signal);
      return end.kind === "returned" ? end.status : end;
    },
  };
}
