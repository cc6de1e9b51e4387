import { createServer, LOG_LEVELS, type LogLevel } from "../server/index.ts";
import { outgoingSettings } from "../server/outgoing-settings.ts";
import { command } from "./command.ts";
import { hostView, jobOptions, readDiskLimit } from "./job-options.ts";
import { readNumber, UsageError } from "./options.ts";
import { readSettings } from "./settings.ts";
import { startFailure } from "./start-failure.ts";
import { trustAlso, wayGiven, wayOptions } from "./way.ts";

/** `millrace start`: runs until SIGTERM or SIGINT, then drains. A second signal ends it at once. */
export const start = command({
  name: "start",
  description:
    "Starts a server. It is ready when it prints `listening on <url>`; the key to sign requests with is in\n" +
    "credentials.json in the data directory. SIGTERM and SIGINT drain it.\n" +
    "MILLRACE_SECRET_KEY (32 bytes as base64) takes the place of secret.key in the data directory.",
  options: {
    host: { type: "string", value: "ADDRESS", default: "127.0.0.1", help: "Address to listen on." },
    port: { type: "string", value: "PORT", default: "4750", help: "Port to listen on; 0 picks a free one." },
    "data-dir": {
      type: "string",
      value: "FOLDER",
      default: "./.millrace",
      help: "Where everything is kept.",
    },
    "database-url": {
      type: "string",
      value: "URL",
      help: "postgres://… instead of SQLite in the data directory.",
    },
    "public-url": { type: "string", value: "URL", help: "Base of the URLs handed out, behind a proxy." },
    set: {
      type: "list",
      value: "NAME=VALUE",
      help: "A setting, such as notify.*=URL, where approval notifications are sent; docs/guide.md lists all. Can be given again.",
    },
    "github-api-url": {
      type: "string",
      value: "URL",
      help: "GitHub's API: https://<host>/api/v3 of an Enterprise Server. The setting github.endpoint.",
    },
    "github-url": {
      type: "string",
      value: "URL",
      help: "Where GitHub's repositories are. The setting github.url.",
    },
    "allow-outgoing": {
      type: "string",
      value: "HOSTS",
      help: "What requests may reach besides the public internet: host:port,*.domain,10.0.0.0/8.",
    },
    ...wayOptions,
    "poll-interval": {
      type: "string",
      value: "SECONDS",
      default: "60",
      help: "Between two looks at a source that is polled.",
    },
    "trusted-proxy": {
      type: "string",
      value: "RANGES",
      help: "Proxies that are believed who their client is: 10.0.0.0/8,192.0.2.7.",
    },
    "forwarded-header": {
      type: "string",
      value: "NAME",
      default: "x-forwarded-for",
      help: "The header that those proxies write: x-forwarded-for or forwarded.",
    },
    "webhook-refuse-sha1": { type: "boolean", help: "Refuses deliveries that are signed with SHA-1 only." },
    "webhook-max-body": {
      type: "string",
      value: "BYTES",
      default: "26214400",
      help: "The largest delivery to a webhook.",
    },
    "webhook-deliveries-per-minute": {
      type: "string",
      value: "N",
      default: "300",
      help: "Deliveries that one webhook takes.",
    },
    "webhook-failures-per-minute": {
      type: "string",
      value: "N",
      default: "60",
      help: "Deliveries of one client that may fail to authenticate.",
    },
    "webhook-replay-days": {
      type: "string",
      value: "DAYS",
      default: "30",
      help: "For so long a delivery that started something starts nothing more.",
    },
    config: { type: "string", value: "FILE", help: "Settings as a JSON object; secret ones, too." },
    "connections-from": {
      type: "string",
      value: "FILE",
      help: 'Tokens for connections that are yet to be made: {"<name>": {"provider": "GitHub", "token": …}}.',
    },
    ...jobOptions,
    "no-worker": { type: "boolean", help: "Runs no jobs in this process; millrace worker does elsewhere." },
    "max-concurrent-executions": {
      type: "string",
      value: "N",
      default: "50",
      help: "Executions that one pipeline may have in progress.",
    },
    "allow-any-credentials": {
      type: "boolean",
      help: "Takes any key and checks no signature: for throw-away test servers on loopback.",
    },
    force: { type: "boolean", help: "Allows the former beyond loopback." },
    "log-level": {
      type: "string",
      value: "LEVEL",
      default: "info",
      help: `One of ${LOG_LEVELS.join(", ")}.`,
    },
  },

  async run(options) {
    const { host, "database-url": databaseUrl, "public-url": publicUrl } = options;
    const { "connections-from": connectionsFrom } = options;
    const port = readNumber("port", options.port);
    const secretKey = process.env.MILLRACE_SECRET_KEY;
    const { "github-api-url": githubApiUrl, "github-url": githubUrl } = options;
    const settings = {
      ...(await readSettings(options.set, process.env, options.config)),
      ...(githubApiUrl !== undefined && { "github.endpoint": githubApiUrl }),
      ...(githubUrl !== undefined && { "github.url": githubUrl }),
    };
    const signal = nextSignal();
    const server = await createServer({
      host,
      port,
      dataDir: options["data-dir"],
      worker: !options["no-worker"],
      requireIsolation: options["require-isolation"],
      ...hostView(options),
      diskLimit: readDiskLimit(options["disk-limit"]),
      keepFailed: readNumber("keep-failed", options["keep-failed"]),
      allowAnyCredentials: options["allow-any-credentials"],
      force: options.force,
      maxConcurrentExecutions: readNumber("max-concurrent-executions", options["max-concurrent-executions"]),
      logLevel: readLogLevel(options["log-level"]),
      settings,
      allowOutgoing: options["allow-outgoing"]?.split(",") ?? [],
      ...wayGiven(options),
      pollInterval: readNumber("poll-interval", options["poll-interval"]),
      trustedProxies: options["trusted-proxy"]?.split(",") ?? [],
      forwardedHeader: options["forwarded-header"],
      webhookRefuseSha1: options["webhook-refuse-sha1"],
      webhookMaxBody: readNumber("webhook-max-body", options["webhook-max-body"]),
      webhookDeliveriesPerMinute: readNumber(
        "webhook-deliveries-per-minute",
        options["webhook-deliveries-per-minute"],
      ),
      webhookFailuresPerMinute: readNumber(
        "webhook-failures-per-minute",
        options["webhook-failures-per-minute"],
      ),
      webhookReplayDays: readNumber("webhook-replay-days", options["webhook-replay-days"]),
      ...(connectionsFrom !== undefined && { connectionsFrom }),
      ...(databaseUrl !== undefined && { databaseUrl }),
      ...(publicUrl !== undefined && { publicUrl }),
      ...(secretKey !== undefined && { secretKey }),
    }).catch((error: unknown) => {
      throw startFailure(error, { host, port, dataDir: options["data-dir"] });
    });
    trustAlso(outgoingSettings(wayGiven(options), {}));
    process.stdout.write(`data in ${server.dataDir}\n${server.sandbox}\nlistening on ${server.url}\n`);
    await signal;
    process.once("SIGTERM", endNow).once("SIGINT", endNow);
    await server.close();
    return 0;
  },
});

/** Signals count from the start on, so that one that comes before the server is ready isn't lost. */
function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve());
  });
}

function endNow(): void {
  process.exit(1);
}

function readLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw new UsageError(`--log-level takes ${LOG_LEVELS.join(", ")}, got '${text}'`);
  return level;
}
