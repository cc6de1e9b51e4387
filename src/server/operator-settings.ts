/** Settings by name, of which what Millrace works with outside of itself is made (P0.6). */
import type { ActionTypeId } from "../core/engine/index.ts";
import type { NewSink } from "../core/events/index.ts";
import type { Destination } from "../core/notifications/index.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { EVENT_SETTINGS, eventSinks, isEventSetting } from "./event-settings.ts";

export interface OperatorSettings {
  /** Where messages to the topic go: by its own setting, else by that of all topics. */
  destinationOf(topicArn: string): Destination | undefined;
  /** A file of the runtimes that builds of the embedded worker may ask for (P3.25). */
  readonly runtimes: string | undefined;
  /** Files that declare partners' action types (P8.2), by the names of their settings. */
  readonly partners: readonly PartnerSetting[];
  /** Where state changes are sent, by the sinks' ids. */
  readonly eventSinks: ReadonlyMap<string, NewSink>;
  /** GitHub's API and web page, without a trailing slash, where they were set (S3.1). */
  readonly github: { readonly apiUrl?: string; readonly url?: string };
  /** What the workers of a type are told (P0.6). */
  providerSettings(type: Pick<ActionTypeId, "owner" | "provider">): Readonly<Record<string, string>>;
}

export interface PartnerSetting {
  readonly name: string;
  readonly category: string;
  readonly provider: string;
  readonly version: string;
  readonly file: string;
}

const TOPIC = String.raw`arn:[\w-]+:sns:[\w-]*:\d*:[\w-]+(?:\.fifo)?`;
const TOPIC_ARN = new RegExp(`^${TOPIC}$`);
const KNOWN = new RegExp(
  String.raw`^(?:runtimes|notify\.(?:\*|${TOPIC})(?:\.secret)?|github\.(?:endpoint|url))$`,
);
const KNOWN_VARIABLE = /^MILLRACE_(?:RUNTIMES|NOTIFY_[A-Z\d_]+|GITHUB_(?:ENDPOINT|URL))$/;
const PARTNER = /^partners\.([A-Za-z]+)\.([\w-]+)\.([\w-]+)$/;
const KNOWN_NAMES = `${EVENT_SETTINGS}, notify.<topic arn>, notify.*, notify.<topic arn>.secret, notify.*.secret, partners.<category>.<provider>.<version>, runtimes, github.endpoint, github.url`;

/**
 * `notify.*` → `MILLRACE_NOTIFY_ALL`, `notify.arn:aws:sns:…:ship-it` → `MILLRACE_NOTIFY_ARN_AWS_SNS_…_SHIP_IT`: what is
 * no letter or digit becomes `_`.
 */
export function settingVariable(name: string): string {
  return `MILLRACE_${name.replaceAll("*", "all").replaceAll(/[^a-z\d]/gi, "_")}`.toUpperCase();
}

/** Whether a variable of the environment holds a setting. */
export function isSettingVariable(variable: string): boolean {
  return KNOWN_VARIABLE.test(variable) || (variable.startsWith("MILLRACE_") && isEventSetting(variable));
}

/** Whether the value must not stand on a command line, where every user of the machine can read it. */
export function isSecretSetting(name: string): boolean {
  return /[._]secret$/i.test(name);
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
  return {
    runtimes: get("runtimes"),
    partners: Object.entries(given).flatMap(([name, file]) => {
      const [, category, provider, version] = PARTNER.exec(name) ?? [];
      if (category === undefined || provider === undefined || version === undefined) return [];
      return [{ name, category, provider, version, file }];
    }),
    eventSinks: eventSinks(given),
    github: { ...(apiUrl !== undefined && { apiUrl }), ...(url !== undefined && { url }) },
    providerSettings({ owner, provider }): Record<string, string> {
      if (url === undefined || owner !== "ThirdParty" || provider !== "GitHub") return {};
      return { "github.url": url };
    },
    destinationOf(topicArn) {
      // What comes of a pipeline's variables may be anything.
      if (!TOPIC_ARN.test(topicArn)) return undefined;
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

function check(name: string, value: unknown): void {
  const isPartner = PARTNER.test(name);
  if (!KNOWN.test(name) && !KNOWN_VARIABLE.test(name) && !isPartner && !isEventSetting(name))
    throw new ConfigurationError("settings", `there is no setting '${name}'; there are ${KNOWN_NAMES}`);
  if (typeof value !== "string" || value === "")
    throw new ConfigurationError("settings", `the setting '${name}' must be a text that is not empty`);
  if (isDestination(name) && webUrl(value) === undefined)
    throw new ConfigurationError(
      "settings",
      `the setting '${name}' must be an http or https URL without user and password`,
    );
}

function isDestination(name: string): boolean {
  return /^(?:notify\.|MILLRACE_NOTIFY_)/.test(name) && !isSecretSetting(name);
}

function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username === "" && url.password === "" ? url : undefined;
}
