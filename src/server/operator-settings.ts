/** Settings by name, of which what Millrace works with outside of itself is made (P0.6). */
import type { SettingValues } from "../core/catalogue.ts";
import type { NewSink } from "../core/events/index.ts";
import type { Destination, TopicDestination } from "../core/notifications/index.ts";
import { DEFAULT_QUOTAS, type Quotas } from "../core/quotas.ts";
import { type BuildSettings, buildSettings } from "./build-settings.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { eventSinks } from "./event-settings.ts";
import { KINDS, kindOf, TOPIC_ARN, webUrl } from "./setting-kinds.ts";

export interface OperatorSettings extends SettingValues {
  /** Where messages to the topic go: to SNS where one is set, else by the topic's own setting, or that of all topics. */
  destinationOf(topicArn: string): Destination | undefined;
  /** A file of the runtimes that builds of the embedded worker may ask for (P3.25). */
  readonly runtimes: string | undefined;
  /** How many of a kind an account may have in a region (api.md §8). */
  readonly quotas: Quotas;
  /** How commands of builds run. */
  readonly builds: BuildSettings;
  /** Files that declare partners' action types (P8.2), by the names of their settings. */
  readonly partners: readonly PartnerSetting[];
  /** Where state changes are sent, by the sinks' ids. */
  readonly eventSinks: ReadonlyMap<string, NewSink>;
  /** GitHub's API and web page, without a trailing slash, where they were set (S3.1). */
  readonly github: { readonly apiUrl?: string; readonly url?: string };
}

export interface PartnerSetting {
  readonly name: string;
  readonly category: string;
  readonly provider: string;
  readonly version: string;
  readonly file: string;
}

const PARTNER = /^partners\.([A-Za-z]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * `notify.*` → `MILLRACE_NOTIFY_ALL`, `notify.arn:aws:sns:…:ship-it` → `MILLRACE_NOTIFY_ARN_AWS_SNS_…_SHIP_IT`: what is
 * no letter or digit becomes `_`.
 */
export function settingVariable(name: string): string {
  return `MILLRACE_${name.replaceAll("*", "all").replaceAll(/[^a-z\d]/gi, "_")}`.toUpperCase();
}

/** Whether a variable of the environment holds a setting. */
export function isSettingVariable(variable: string): boolean {
  return KINDS.some((kind) => kind.isVariable(variable));
}

/** Whether the value must not stand on a command line, where every user of the machine can read it. */
export function isSecretSetting(name: string, value: string): boolean {
  return kindOf(name)?.secret?.(value) ?? /[._]secret$/i.test(name);
}

/**
 * @param given values by name, or by the variable that stands for the name
 * @throws ConfigurationError that shows no value: they may be secret
 */
export function operatorSettings(given: Readonly<Record<string, string>>): OperatorSettings {
  for (const [name, value] of Object.entries(given)) check(name, value);
  const values = new Map(Object.entries(given));
  const get = (name: string) => values.get(name) ?? values.get(settingVariable(name));
  const apiUrl = get("github.endpoint")?.replace(/\/+$/, "");
  const url = get("github.url")?.replace(/\/+$/, "");
  const quota = (name: string, usual: number) => Number(get(`quota.${name}`) ?? usual);
  return {
    quotas: {
      pipelines: quota("pipelines", DEFAULT_QUOTAS.pipelines),
      pollingPipelines: quota("polling-pipelines", DEFAULT_QUOTAS.pollingPipelines),
      webhooks: quota("webhooks", DEFAULT_QUOTAS.webhooks),
      customActionTypes: quota("action-types", DEFAULT_QUOTAS.customActionTypes),
      connections: quota("connections", DEFAULT_QUOTAS.connections),
      connectionHosts: quota("hosts", DEFAULT_QUOTAS.connectionHosts),
    },
    runtimes: get("runtimes"),
    builds: buildSettings(get),
    partners: Object.entries(given).flatMap(([name, file]) => {
      const [, category, provider, version] = PARTNER.exec(name) ?? [];
      if (category === undefined || provider === undefined || version === undefined) return [];
      return [{ name, category, provider, version, file }];
    }),
    eventSinks: eventSinks(given),
    github: { ...(apiUrl !== undefined && { apiUrl }), ...(url !== undefined && { url }) },
    get,
    hasAny(kind) {
      const variables = settingVariable(`${kind}.`);
      return values.keys().some((name) => name.startsWith(`${kind}.`) || name.startsWith(variables));
    },
    namesOf: (kind) => [...values.keys()].filter((name) => name.startsWith(`${kind}.`)),
    destinationOf(topicArn) {
      // What comes of a pipeline's variables may be anything.
      if (!TOPIC_ARN.test(topicArn)) return undefined;
      const endpoint = get("endpoint.sns");
      const credentials = get("credentials.sns");
      if (endpoint !== undefined)
        return { endpoint, ...(credentials !== undefined && { credentials }), ...rolesOf(get) };
      const setting = get(`notify.${topicArn}`) ?? get("notify.*");
      const url = setting === undefined ? undefined : webUrl(setting);
      if (url === undefined) return undefined;
      const raw = url.searchParams.get("raw") === "true";
      if (raw) url.searchParams.delete("raw");
      const secret = get(`notify.${topicArn}.secret`) ?? get("notify.*.secret");
      return { url: url.href, raw, ...(secret !== undefined && { secret }) };
    },
  };
}

/** What gives keys of roles (P0.16). */
function rolesOf(get: SettingValues["get"]): Pick<TopicDestination, "roles"> {
  const endpoint = get("endpoint.sts");
  const credentials = get("credentials.sts");
  if (endpoint === undefined) return {};
  return { roles: { endpoint, ...(credentials !== undefined && { credentials }) } };
}

function check(name: string, value: unknown): void {
  const kind = kindOf(name);
  if (kind === undefined) {
    const known = KINDS.map(({ form }) => form).join(", ");
    throw new ConfigurationError("settings", `there is no setting '${name}'; there are ${known}`);
  }
  if (typeof value !== "string" || value === "")
    throw new ConfigurationError("settings", `the setting '${name}' must be a text that is not empty`);
  const problem = kind.problem?.(value);
  if (problem !== undefined) throw new ConfigurationError("settings", `the setting '${name}' ${problem}`);
}
