/** The configuration, validated once: what `createServer` was given, with defaults, or an error that names the option. */
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import type { SandboxOptions } from "../worker/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { type OperatorSettings, operatorSettings } from "./operator-settings.ts";
import { type Outgoing, type OutgoingOptions, outgoingSettings } from "./outgoing-settings.ts";
import { type WebhookOptions, type WebhookSettings, webhookSettings } from "./webhook-settings.ts";
import { wholeNumber } from "./whole-number.ts";

export interface ServerOptions extends WebhookOptions, OutgoingOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Where everything is kept. Default: a fresh temporary folder that is removed at the end. */
  readonly dataDir?: string;
  /** `postgres://…` to share a database with other servers. Default: SQLite in the data directory. */
  readonly databaseUrl?: string;
  /** Whether jobs of the built-in action types run in this process. Default true. */
  readonly worker?: boolean;
  /** Doesn't start where the embedded worker would run commands without isolation (P10.9). Default false. */
  readonly requireIsolation?: boolean;
  /** PATH of commands of the embedded worker. Default: the server's own. */
  readonly path?: string;
  /** What commands of the embedded worker may read in bubblewrap besides the system's folders. Default: nothing. */
  readonly roPaths?: readonly string[];
  /** What the files of one job of the embedded worker may take on disk together, in GiB. Default 20. */
  readonly diskLimit?: number;
  /** For how many hours the embedded worker keeps folders of failed jobs, in `worker/failed` of the data directory. Default 0. */
  readonly keepFailed?: number;
  /** Takes any access key and secret, for throw-away test servers. Default false. */
  readonly allowAnyCredentials?: boolean;
  /** Allows `allowAnyCredentials` where others than this machine can connect. Default false. */
  readonly force?: boolean;
  /** Executions that one pipeline may have in progress at once. Default 50. */
  readonly maxConcurrentExecutions?: number;
  /** Base of the URLs that the server hands out, where a proxy stands before it. Default: its own URL. */
  readonly publicUrl?: string;
  /** 32 bytes as base64 or hexadecimal that everything sealed hangs on. Default: `secret.key` in the data directory. */
  readonly secretKey?: string;
  /**
   * A file of tokens by the names of connections that are yet to be made in the default account: they are AVAILABLE at
   * once (S7.2). `{"<name>": {"provider": "GitHub", "token": "…"}}`, with `endpoint` where the provider is on a host.
   */
  readonly connectionsFrom?: string;
  /** Seconds between two looks at a source that is polled. Default 60. */
  readonly pollInterval?: number;
  /** What is logged to stderr. Default `warn`. */
  readonly logLevel?: LogLevel;
  /** Settings by name (P0.6): `notify.<topic arn>`, `notify.*`, and `notify.<topic arn>.secret`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** Absolute; undefined for a temporary one. */
  readonly dataDir: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly worker: boolean;
  /** Of the embedded worker. */
  readonly sandbox: SandboxOptions;
  /** GiB. */
  readonly diskLimit: number;
  /** Hours. */
  readonly keepFailed: number;
  readonly allowAnyCredentials: boolean;
  readonly maxConcurrentExecutions: number;
  /** Without a trailing slash. */
  readonly publicUrl: string | undefined;
  readonly secretKey: string | undefined;
  readonly logLevel: LogLevel;
  readonly operator: OperatorSettings;
  readonly webhooks: WebhookSettings;
  readonly outgoing: Outgoing;
  readonly connectionsFrom: string | undefined;
  /** Seconds. */
  readonly pollInterval: number;
}

/** @throws ConfigurationError */
export function settingsOf(options: ServerOptions): Settings {
  const { host = "127.0.0.1", allowAnyCredentials = false, force = false } = options;
  if (allowAnyCredentials && !force && !isLoopback(host))
    throw new ConfigurationError(
      "allowAnyCredentials",
      `any credentials are allowed, and the server would listen on '${host}', where others can connect: listen on 127.0.0.1, or force it`,
    );
  const operator = operatorSettings(options.settings ?? {});
  return {
    host,
    port: wholeNumber("port", options.port ?? 0, 0, 65_535),
    dataDir: options.dataDir === undefined ? undefined : resolve(options.dataDir),
    databaseUrl: options.databaseUrl === undefined ? undefined : postgresUrl(options.databaseUrl),
    worker: options.worker ?? true,
    sandbox: {
      ...operator.builds,
      requiresIsolation: options.requireIsolation ?? false,
      ...(options.path !== undefined && { path: options.path }),
      ...(options.roPaths !== undefined && { roPaths: options.roPaths }),
    },
    diskLimit: wholeNumber("diskLimit", options.diskLimit ?? 20, 1, 1_000_000),
    keepFailed: wholeNumber("keepFailed", options.keepFailed ?? 0, 0, 8760),
    allowAnyCredentials,
    maxConcurrentExecutions: wholeNumber(
      "maxConcurrentExecutions",
      options.maxConcurrentExecutions ?? 50,
      1,
      10_000,
    ),
    publicUrl: options.publicUrl === undefined ? undefined : httpUrl(options.publicUrl),
    secretKey: options.secretKey,
    logLevel: options.logLevel ?? "warn",
    operator,
    webhooks: webhookSettings(options),
    pollInterval: wholeNumber("pollInterval", options.pollInterval ?? 60, 1, 3600),
    connectionsFrom: options.connectionsFrom,
    outgoing: outgoingSettings(options, operator.github),
  };
}

function httpUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
    throw new ConfigurationError(
      "publicUrl",
      `it must be an http or https URL without a query, got '${text}'`,
    );
  return url.href.replace(/\/+$/, "");
}

function postgresUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw new ConfigurationError(
      "databaseUrl",
      "it must be a URL like postgres://user:password@host:5432/database",
    );
  return text;
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
