/** One job from its acknowledgement to its result (P0.2 to P0.4, P0.12, P0.13). */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Way } from "../network/index.ts";
import { createArtifactTransfer } from "./artifacts.ts";
import { deliver } from "./deliver.ts";
import { makeJobFolder } from "./job-folder.ts";
import type { KeptFolders } from "./kept-folders.ts";
import { keepLease } from "./lease.ts";
import { createJobLog, type WorkerLog } from "./log/log.ts";
import { outcomeOfError, reportable } from "./outcome.ts";
import type { Job, JobClient } from "./protocol.ts";
import type { Outcome, Provider, Result } from "./provider.ts";
import type { Runtimes } from "./runtimes.ts";
import type { Sandbox } from "./sandbox/index.ts";

export interface JobContext {
  readonly client: JobClient;
  readonly workerId: string;
  /** Where job folders are made. */
  readonly jobsRoot: string;
  readonly cacheDir: string;
  /** Where folders of failed jobs are kept; absent: they go as the others do. */
  readonly kept?: KeptFolders;
  readonly sandbox: Sandbox;
  readonly runtimes: Runtimes;
  /** Of one job, in bytes. */
  readonly diskLimit: number;
  readonly way: Way;
  readonly logger: Pick<Logger, "info" | "warn" | "error">;
  readonly now: () => number;
  /** Aborted when running jobs must end because the worker does. */
  readonly shutdown: AbortSignal;
}

/** After a cancelled job's signal was aborted, how long its provider may still write to its log (P0.13). */
const SILENCE_MS = 10_000;

/** A job that is over for its server. */
export interface Over {
  /** Resolves when the job's folder is gone, which takes a while for large ones; never rejects. */
  readonly tidied: Promise<void>;
}

/** Does one job. Resolves when it is reported or given up; never rejects. */
export async function runJob(job: Job, provider: Provider, context: JobContext): Promise<Over> {
  const { logger } = context;
  const cleanUp = new AsyncDisposableStack();
  try {
    // Before the job is ours: whatever worker dies with it leaves a trace of that for the next one (job-folder.ts).
    const folder = cleanUp.use(await makeJobFolder(context.jobsRoot, job));
    const status = await context.client.acknowledge(job.id, job.nonce);
    if (status === "InProgress") {
      const failed = await runAcknowledged(job, provider, { ...context, workDir: folder.path });
      if (failed)
        await context.kept?.take(job.id, folder.path).catch((error: unknown) => {
          logger.warn({ jobId: job.id, err: error }, "the failed job's folder could not be kept");
        });
    } else {
      logger.info({ jobId: job.id, status }, "job left: it is no longer open");
    }
  } catch (error) {
    // Not acknowledged, or not known to be, and its hand-out runs out by itself (E3.10).
    logger.warn({ jobId: job.id, err: error }, "job left");
  }
  const tidied = cleanUp.disposeAsync().catch((error: unknown) => {
    logger.warn({ jobId: job.id, err: error }, "the job's folder could not be removed");
  });
  return { tidied };
}

interface FolderContext extends JobContext {
  /** The job's own folder. */
  readonly workDir: string;
}

/** @returns whether the job failed of itself */
async function runAcknowledged(job: Job, provider: Provider, context: FolderContext): Promise<boolean> {
  const { client, logger, now } = context;
  const ended = new AbortController();
  const silence = new AbortController();
  const cancel = (reason: string) => {
    logger.info({ jobId: job.id, reason }, "job cancelled");
    ended.abort(new Error(reason));
    setTimeout(() => silence.abort(), SILENCE_MS).unref();
  };
  const onShutdown = () => cancel("The worker shuts down");
  context.shutdown.addEventListener("abort", onShutdown, { once: true });
  const lease = keepLease(client, job.id, cancel, now);
  const log = createJobLog({
    send: (lines) => client.appendLog(job.pipeline.actionExecutionId, job.id, lines),
    now,
    backlogFile: join(context.workDir, "log-backlog"),
    signal: silence.signal,
    onRefused: () => void lease.check(),
  });
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => {
    lease.release();
    context.shutdown.removeEventListener("abort", onShutdown);
  });
  const outcome = await perform(job, provider, { log, signal: ended.signal, cleanUp }, context);
  if (outcome.kind === "left") {
    // Its log is that of the worker which gets it next.
    silence.abort();
    return false;
  }
  const result = reportable(outcome, (text) => log.mask(text));
  const failed = result.kind === "failed" && !ended.signal.aborted;
  if (failed && context.kept !== undefined) log.system(whereKept(job.id, context.kept));
  if (result.kind === "failed")
    log.system(whyFailed(job.condition === undefined ? "action" : "rule", result));
  await log.end();
  if (!ended.signal.aborted) await report(job, result, ended.signal, context);
  // The worker's end may have kept it from being reported. Of a job that was, neither has an effect.
  if (context.shutdown.aborted)
    await (result.kind === "parked" ? client.park(job.id) : client.giveUp(job.id, job.nonce));
  return failed;
}

function whereKept(jobId: string, kept: KeptFolders): string {
  const until = new Date(kept.until()).toISOString().replace(/\.\d{3}Z$/, "Z");
  return `[Millrace] the job's folder is kept until ${until} on host ${hostname()}: ${kept.pathOf(jobId)}`;
}

interface Running {
  readonly log: WorkerLog;
  readonly signal: AbortSignal;
  /** What is to be undone once the job is reported: nobody waits for that. */
  readonly cleanUp: AsyncDisposableStack;
}

async function perform(
  job: Job,
  provider: Provider,
  { log, signal, cleanUp }: Running,
  context: FolderContext,
): Promise<Outcome> {
  const { client, workerId, workDir, cacheDir, sandbox, runtimes, diskLimit, way, now, logger } = context;
  const artifacts = cleanUp.adopt(createArtifactTransfer(job, client, signal), (made) => made.close());
  try {
    log.addSecrets(secretsOf(job, provider));
    announce(job, provider, log);
    const own = { client, workerId, workDir, cacheDir, sandbox, runtimes, diskLimit, way, now };
    const tools = { ...own, newId: randomUUID, signal, log, artifacts };
    return await provider.run(job, tools);
  } catch (error) {
    return outcomeOfError(error, job.actionTypeId, (cause) => {
      const reference = randomUUID();
      // What a provider throws because its job was cancelled is no error of its own.
      const level = signal.aborted ? "info" : "error";
      logger[level]({ reference, jobId: job.id, err: cause }, "provider failed");
      return reference;
    });
  }
}

function secretsOf(job: Job, provider: Provider): readonly string[] {
  const { secretAccessKey, sessionToken } = job.artifactCredentials;
  const configured = provider.declaration.properties
    .filter((property) => property.secret === true)
    .flatMap(({ name }) => job.configuration[name] ?? []);
  return [secretAccessKey, sessionToken, ...configured, ...settingSecrets(job)];
}

/** The operator's keys and tokens for the service that the job calls (P0.6). */
function settingSecrets({ settings = {} }: Job): readonly string[] {
  return Object.entries(settings)
    .filter(([name]) => name.startsWith("credentials."))
    .flatMap(([, value]) =>
      value.startsWith("{") ? Object.values(JSON.parse(value) as object).map(String) : value,
    );
}

/** The log's last line, so that its reader needn't look elsewhere. What a message goes on with is in the log already. */
function whyFailed(what: "action" | "rule", { type, message }: Extract<Result, { kind: "failed" }>): string {
  const [first, ...more] = message.split("\n");
  return `[Millrace] the ${what} failed: ${type}: ${first}${more.length > 0 ? " …" : ""}`;
}

function announce(job: Job, provider: Provider, log: WorkerLog): void {
  if (job.delivery > 1) {
    log.system(`[Millrace] worker lost, starting again (attempt ${job.delivery})`);
  }
  const isContinued = job.continuationToken !== undefined;
  if (job.roleArn !== undefined && !isContinued && provider.usesRole?.(job) !== true) {
    log.system(`[Millrace] roleArn ${job.roleArn} is not used by this provider here`);
  }
}

async function report(job: Job, outcome: Result, signal: AbortSignal, context: JobContext): Promise<void> {
  const { client, logger } = context;
  const onFailure = (error: unknown) =>
    logger.warn({ jobId: job.id, err: error }, "the job's result could not be delivered yet");
  const delivery = await deliver(() => send(client, job.id, outcome), signal, onFailure);
  if (delivery.kind !== "refused") {
    return;
  }
  logger.warn({ jobId: job.id, err: delivery.by }, "the job's result was refused");
  if (outcome.kind === "done") {
    // Too large, perhaps: the action must not stay open for that. A job that has ended refuses this as well.
    const failure = { type: "JobFailed", message: `The result was refused: ${delivery.by.message}` } as const;
    await deliver(() => client.fail(job.id, failure), signal, onFailure);
  }
}

async function send(client: JobClient, jobId: string, outcome: Result): Promise<void> {
  if (outcome.kind === "parked") return await client.park(jobId);
  if (outcome.kind === "done") {
    const { kind: _, ...success } = outcome;
    await client.succeed(jobId, success);
  } else {
    const { kind: _, ...failure } = outcome;
    await client.fail(jobId, failure);
  }
}
