import { join } from "node:path";
import type { Logger } from "pino";
import type { RootCredentials } from "../core/access/index.ts";
import type { Core } from "../core/core.ts";
import { isMissing } from "../core/repositories/index.ts";
import { ping } from "../core/store/ping.ts";
import { queueLengths } from "../core/store/queue-lengths.ts";
import { withBundle } from "../network/index.ts";
import {
  openSandbox,
  type ReadyWorker,
  type Runtimes,
  readRuntimes,
  readyWorker,
  SandboxError,
  tryBubblewrap,
} from "../worker/index.ts";
import { createAccounts } from "./accounts.ts";
import { startClock } from "./clock.ts";
import { composeCore } from "./compose.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { startCopying } from "./copying.ts";
import { ACCOUNT, REGION } from "./defaults.ts";
import { embeddedJobClient } from "./embedded-worker.ts";
import { startEventSinks } from "./event-sinks.ts";
import { layFoundation } from "./foundation.ts";
import { createListener } from "./listener.ts";
import { removeServerFile, writeServerFile } from "./local-server.ts";
import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { startNotifying } from "./notifying.ts";
import { readPartners } from "./partners.ts";
import { startPolling } from "./polling.ts";
import { presetsOf } from "./presets.ts";
import { createRoutes } from "./routes.ts";
import { type ServerOptions, type Settings, settingsOf } from "./settings.ts";
import { startTellingCommits } from "./telling-commits.ts";
import { version } from "./version.ts";

/** How long requests that are under way may take when the server ends. */
const DRAIN_MS = 10_000;

export interface Server extends AsyncDisposable {
  /** Where it listens: `http://127.0.0.1:4750`. */
  readonly url: string;
  /** The default region. */
  readonly region: string;
  readonly accountId: string;
  /** The root key, for the SDK's `credentials`. */
  readonly credentials: RootCredentials;
  readonly dataDir: string;
  /** How the embedded worker runs commands, in a sentence. */
  readonly sandbox: string;
  /**
   * Takes no more work, answers what is under way, and lets go of everything. Jobs that run here are given a moment to
   * end, else they come again to another worker.
   */
  close(): Promise<void>;
}

/**
 * Starts a server; resolves when it answers.
 *
 * @throws ConfigurationError for an option that can't be, DataDirectoryInUseError for a second server on one data
 *   directory, and the system's errors (EADDRINUSE, EACCES, …)
 */
export async function createServer(options: ServerOptions = {}): Promise<Server> {
  const settings = settingsOf(options);
  const logger = createLogger(settings.logLevel);
  // How commands run is tried in a process of its own, while the store opens.
  if (settings.worker) void tryBubblewrap();
  if (settings.worker && settings.sandbox.requiresIsolation)
    await openSandbox(settings.sandbox).catch(refuse);
  // Taken back in reverse order, at the end or when a later step fails.
  await using starting = new AsyncDisposableStack();
  const { dataDir, credentials, ...rest } = await layFoundation(settings, ACCOUNT, starting);
  const way = await withBundle(settings.outgoing.way, dataDir);
  const outgoing = { ...settings.outgoing, way };
  const outside = { ...settings, outgoing };

  let url = "";
  const core = await composeCore({
    ...rest,
    replayDays: settings.webhooks.replayDays,
    operator: settings.operator,
    outgoing,
    settings: {
      publicUrl: () => settings.publicUrl ?? url,
      dataDir,
      defaultAccount: ACCOUNT,
      defaultRegion: REGION,
      maxConcurrentExecutions: settings.maxConcurrentExecutions,
      allowOutgoing: outgoing.entries,
      quotas: settings.operator.quotas,
    },
    onComparisonFailure: (error) =>
      logger.warn({ err: error }, "the paths of a change are not known: filters of paths are taken as met"),
    presets: await presetsOf(settings.connectionsFrom),
    partners: await readPartners(settings.operator.partners),
  });
  starting.defer(() => core.comparer.close());
  starting.defer(() => core.artifacts.close());
  starting.defer(() => core.repositories.close());
  for (const [id, error] of await core.repositories.recover()) {
    if (isMissing(error))
      logger.warn(
        { repository: id },
        "repository is not in this data directory: another server keeps it, or it is lost",
      );
    else logger.error({ repository: id, err: error }, "repository could not be looked at");
  }

  const metrics = createMetrics(() => queueLengths(core.store.read));
  let closing: Promise<void> | undefined;
  const route = createRoutes({
    objects: core.artifacts,
    metrics,
    publicUrl: core.settings.publicUrl,
    receiver: settings.webhooks.receiver,
    now: core.ambient.now,
    whyNotReady: async () => (closing === undefined ? whyNotReady(core) : "draining"),
  });
  const listener = createListener({ core, metrics, logger, proxies: settings.webhooks.proxies, route });
  starting.defer(() => listener.drain(DRAIN_MS));
  // Known before anybody can ask for a pipeline that needs it (P0.9); it takes jobs once it can fetch their inputs.
  const ready = settings.worker ? await readyEmbedded(core, outside, logger) : undefined;
  url = urlOf(settings, await listener.listen(settings.host, settings.port));

  const clock = startClock(core, (error) => logger.error({ err: error }, "clock work failed"));
  starting.defer(() => clock.stop());
  const notifying = startNotifying(core, outside, logger);
  starting.defer(() => notifying.stop());
  const telling = startTellingCommits(core, outside, logger);
  starting.defer(() => telling.stop());
  const copying = startCopying(core, logger);
  starting.defer(() => copying.stop());
  const sinks = startEventSinks(core, outside, logger);
  starting.defer(() => sinks.stop());
  const polling = startPolling(core, outgoing, settings.pollInterval * 1000, logger);
  starting.defer(() => polling.stop());
  const worker = await ready?.start();
  starting.defer(() => worker?.stop(DRAIN_MS));
  await writeServerFile(dataDir, { url, region: REGION });
  starting.defer(() => removeServerFile(dataDir));

  const running = starting.move();
  const close = () => {
    closing ??= running.disposeAsync();
    return closing;
  };
  return {
    url,
    region: REGION,
    accountId: ACCOUNT,
    credentials,
    dataDir,
    sandbox: worker?.sandbox ?? "no worker runs in this server",
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readyEmbedded(
  core: Core,
  { operator: { runtimes }, outgoing: { way }, sandbox, diskLimit, keepFailed }: Settings,
  logger: Logger,
): Promise<ReadyWorker> {
  const accounts = createAccounts(core.store.read, ACCOUNT, core.ambient.now);
  return await readyWorker({
    client: embeddedJobClient(core, ACCOUNT, accounts),
    version,
    workDir: join(core.settings.dataDir, "worker"),
    logger,
    way,
    sandbox,
    closed: [core.settings.dataDir],
    diskLimitGiB: diskLimit,
    keepFailedHours: keepFailed,
    ...(runtimes !== undefined && { runtimes: await runtimesOf(runtimes) }),
  }).catch(refuse);
}

/** @throws ConfigurationError */
async function runtimesOf(file: string): Promise<Runtimes> {
  return await readRuntimes(file).catch((error: Error) => {
    throw new ConfigurationError("settings", `runtimes: ${error.message}`);
  });
}

/** @throws ConfigurationError where the error is that commands can't run as they should, else the error itself */
function refuse(error: unknown): never {
  if (!(error instanceof SandboxError)) throw error;
  const { option, message } = error;
  if (option === "executor" || option === "network")
    throw new ConfigurationError("settings", `the setting 'builds.${option}': ${message}`);
  throw new ConfigurationError(option, message);
}

async function whyNotReady({ store }: Core): Promise<string | undefined> {
  try {
    await ping(store.read);
    return undefined;
  } catch {
    return "the database does not answer";
  }
}

/** With an address that a client can connect to, where the server listens on all. */
function urlOf({ host }: Settings, port: number): string {
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
