import { NO_KUBERNETES } from "../server/build-settings.ts";
import { createLogger } from "../server/logger.ts";
import { outgoingSettings } from "../server/outgoing-settings.ts";
import { version } from "../server/version.ts";
import {
  createHttpJobClient,
  EXECUTORS,
  type ExecutorChoice,
  NETWORKS,
  type Runtimes,
  readRuntimes,
  SandboxError,
  startWorker,
} from "../worker/index.ts";
import { clientConfig, clientOptions } from "./client-config.ts";
import { command } from "./command.ts";
import { hostView, jobOptions, readDiskLimit } from "./job-options.ts";
import { flagOf, readChoice, readNumber, UsageError } from "./options.ts";
import { trustAlso, wayGiven, wayOptions } from "./way.ts";

/** How long running jobs may go on after SIGTERM; what is aborted then comes again to another worker. */
const GRACE_MS = 30_000;
const MOST_REGIONS = 50;
const REGION = /^[a-z\d-]{1,50}$/;

/** `millrace worker`: takes jobs until SIGTERM or SIGINT, then drains. A second signal ends it at once. */
export const worker = command({
  name: "worker",
  description:
    "Takes jobs of the built-in action types from a server, on this or any other host, and does them here.\n" +
    "Signs its requests with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or with the key in the data directory of\n" +
    "a server on this host. SIGTERM and SIGINT drain it: it takes no more jobs and gives running ones 30 seconds.",
  options: {
    ...clientOptions,
    concurrency: {
      type: "string",
      value: "N",
      help: "Builds at once; twice as many sources and deployments besides. Default: half of the cores, at least 2.",
    },
    runtimes: {
      type: "string",
      value: "FILE",
      help: 'JSON with the runtimes that builds may ask for: {"nodejs": [{"version": …, "bin": FOLDER}, …], …}',
    },
    ...jobOptions,
    ...wayOptions,
    executor: {
      type: "string",
      value: "NAME",
      default: "auto",
      help: "How commands run: auto (in containers for images that are mapped or here, else bubblewrap where that works), process, bubblewrap, podman or docker.",
    },
    network: {
      type: "string",
      value: "REACH",
      default: "all",
      help: "What commands reach: all that this process does, or none (not with process).",
    },
    regions: {
      type: "string",
      value: "REGIONS",
      help: "Takes jobs of actions in these regions only: eu-west-1,us-east-1. Default: of all.",
    },
    "work-dir": {
      type: "string",
      value: "FOLDER",
      default: "./.millrace-worker",
      help: "Where jobs work and repositories are cached; for this worker alone.",
    },
  },

  async run(options) {
    const concurrency = options.concurrency === undefined ? undefined : readConcurrency(options.concurrency);
    const runtimes = options.runtimes === undefined ? undefined : await readRuntimesFile(options.runtimes);
    const regions = options.regions === undefined ? undefined : readRegions(options.regions);
    const sandbox = {
      executor: readExecutor(options.executor),
      network: readChoice("network", options.network, NETWORKS),
      requiresIsolation: options["require-isolation"],
      ...hostView(options),
    };
    const keepFailedHours = readNumber("keep-failed", options["keep-failed"]);
    const { way } = outgoingSettings(wayGiven(options), {});
    trustAlso({ way });
    const { endpoint, region, credentials } = await clientConfig(options);
    const signal = nextSignal();
    const client = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
    const started = await startWorker({
      client,
      version,
      workDir: options["work-dir"],
      logger: createLogger("info"),
      way,
      sandbox,
      keepFailedHours,
      diskLimitGiB: readDiskLimit(options["disk-limit"]),
      ...(concurrency !== undefined && { concurrency }),
      ...(runtimes !== undefined && { runtimes }),
      ...(regions !== undefined && { regions }),
    }).catch((error: unknown) => {
      throw error instanceof SandboxError
        ? new UsageError(`--${flagOf(error.option)}: ${error.message}`)
        : error;
    });
    process.stdout.write(`${started.sandbox}\nworker ${started.id} takes jobs from ${endpoint}\n`);
    await signal;
    process.once("SIGTERM", endNow).once("SIGINT", endNow);
    await started.stop(GRACE_MS);
    client.close();
    return 0;
  },
});

/** @throws UsageError */
function readConcurrency(text: string): number {
  const concurrency = readNumber("concurrency", text);
  if (concurrency < 1 || concurrency > 1_000)
    throw new UsageError(`--concurrency takes a whole number from 1 to 1000, got '${text}'`);
  return concurrency;
}

/** @throws UsageError */
function readExecutor(text: string): ExecutorChoice {
  if (text === "kubernetes") throw new UsageError(`--executor: ${NO_KUBERNETES}`);
  return readChoice("executor", text, EXECUTORS);
}

/** @throws UsageError */
function readRegions(text: string): readonly string[] {
  const regions = text.split(",");
  if (regions.length > MOST_REGIONS || !regions.every((region) => REGION.test(region)))
    throw new UsageError(
      `--regions takes up to ${MOST_REGIONS} names of regions with commas between them, such as eu-west-1,us-east-1, got '${text}'`,
    );
  return regions;
}

/** @throws UsageError */
async function readRuntimesFile(file: string): Promise<Runtimes> {
  return await readRuntimes(file).catch((error: Error) => {
    throw new UsageError(`--runtimes: ${error.message}`);
  });
}

/** Signals count from the start on, so that one that comes before the worker is ready isn't lost. */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve());
  });
}

function endNow(): void {
  process.exit(1);
}
