/** Sinks of events by settings: `events.<name>`, `events.<name>.secret`, `events.<name>.form` (P0.6). */
import { resolve } from "node:path";
import { checkSink, type NewSink, SinkError } from "../core/events/index.ts";
import { ConfigurationError } from "./configuration-error.ts";

const NAME = "[a-z][a-z0-9-]{0,62}";
const SETTING = new RegExp(`^events\\.(${NAME})(?:\\.(secret|form))?$`);
const VARIABLE = /^MILLRACE_EVENTS_([A-Z][A-Z0-9_]*?)(?:_(SECRET|FORM))?$/;

export const EVENT_SETTINGS = "events.<name>, events.<name>.secret, events.<name>.form";

/** Whether this names, or is the variable of, a setting of a sink. */
export function isEventSetting(name: string): boolean {
  return partsOf(name) !== undefined;
}

/**
 * @param given all settings by name, or by the variable that stands for the name
 * @returns sinks by their ids
 * @throws ConfigurationError that shows no value: they may be secret
 */
export function eventSinks(given: Readonly<Record<string, string>>): ReadonlyMap<string, NewSink> {
  const sinks = new Map<string, Record<string, string>>();
  // Names go before variables, whatever their order.
  for (const [setting, value] of Object.entries(given).sort(([a], [b]) => Number(b > a) - Number(b < a))) {
    const parts = partsOf(setting);
    if (parts === undefined) continue;
    const known = sinks.get(parts.name) ?? {};
    sinks.set(parts.name, { [parts.member]: value, ...known });
  }
  return new Map([...sinks].map(([name, members]) => [`settings:${name}`, sinkOf(name, members)]));
}

function partsOf(setting: string): { name: string; member: "target" | "secret" | "form" } | undefined {
  const [, name, member] = SETTING.exec(setting) ?? VARIABLE.exec(setting) ?? [];
  if (name === undefined) return undefined;
  const kind = member?.toLowerCase();
  return {
    name: name.toLowerCase().replaceAll("_", "-"),
    member: kind === "secret" || kind === "form" ? kind : "target",
  };
}

function sinkOf(name: string, { target, secret, form = "event" }: Record<string, string>): NewSink {
  if (target === undefined)
    throw new ConfigurationError(
      "settings",
      `events.${name}.… is set, but not events.${name}: where to send`,
    );
  if (form !== "event" && form !== "notification")
    throw new ConfigurationError(
      "settings",
      `the setting 'events.${name}.form' must be event or notification`,
    );
  const sink: NewSink = { ...placeOf(target), ...(secret !== undefined && { secret }), form };
  try {
    checkSink(sink);
  } catch (error) {
    if (!(error instanceof SinkError)) throw error;
    throw new ConfigurationError("settings", `the setting 'events.${name}': ${error.message}`);
  }
  return sink;
}

function placeOf(target: string): Pick<NewSink, "kind" | "target"> {
  if (target === "stdout") return { kind: "stdout", target: "" };
  if (target.startsWith("file:")) return { kind: "file", target: resolve(target.slice("file:".length)) };
  return { kind: "url", target };
}
