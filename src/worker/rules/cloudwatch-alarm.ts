/**
 * Rule/CloudWatchAlarm: looks at an alarm every 15 s, from the rule's start until WaitTime is over (P9, E9.15). A
 * Millrace extension: an AlarmName `prometheus:<query>` is a query instead.
 */
import { actsAsRole, ROLE_SETTINGS } from "../outside/aws-service.ts";
import { stateOfQuery } from "../outside/prometheus.ts";
import type { Job } from "../protocol.ts";
import { type Outcome, type Provider, ProviderError, type Tools } from "../provider.ts";
import { optional, required } from "../providers/declare.ts";
import { declareRule } from "./declare.ts";

const PROMETHEUS = "prometheus:";

export const cloudWatchAlarm: Provider = {
  declaration: declareRule("CloudWatchAlarm", {
    tier: 2,
    properties: [...required("AlarmName"), ...optional("AlarmStates WaitTime")],
    settings: ({ AlarmName = "" }) => [settingsFor(AlarmName)],
    besides: ["credentials.cloudwatch", "credentials.prometheus", ...ROLE_SETTINGS],
  }),
  usesRole: (job) => actsAsRole(job) && !job.configuration.AlarmName?.startsWith(PROMETHEUS),
  run,
};

function settingsFor(alarm: string): readonly string[] {
  if (alarm.startsWith(PROMETHEUS)) return ["endpoint.prometheus"];
  return alarm.startsWith("#{") ? ["endpoint.cloudwatch", "endpoint.prometheus"] : ["endpoint.cloudwatch"];
}

/** One look. The continued job, 15 s later, takes the next: no slot of a worker is held meanwhile. */
async function run(job: Job, tools: Tools): Promise<Outcome> {
  const { AlarmName: alarm = "" } = job.configuration;
  const states = statesOf(job);
  const until = job.actionStartedAt + waitMinutesOf(job) * 60_000;
  // The last look is taken at the end, or behind it.
  const isLast = tools.now() >= until;
  const state = await look(job, alarm, tools);
  tools.log.system(`[Millrace] alarm ${alarm} is in state ${state}`);
  const isAlarming = states.includes(state);
  if (job.condition === "BEFORE_ENTRY" ? !isAlarming : !isAlarming && isLast) {
    return { kind: "done", summary: `Alarm ${alarm} is in state ${state}` };
  }
  if (job.condition === "BEFORE_ENTRY" ? isLast : isAlarming) {
    return { kind: "failed", type: "JobFailed", message: `Alarm ${alarm} is in state ${state}` };
  }
  return {
    kind: "done",
    summary: `Alarm ${alarm} is in state ${state}; watched until ${new Date(until).toISOString()}`,
    continuationToken: JSON.stringify({ until }),
  };
}

async function look(job: Job, alarm: string, tools: Tools): Promise<string> {
  if (alarm.startsWith(PROMETHEUS)) return await stateOfQuery(job, alarm.slice(PROMETHEUS.length), tools);
  // With the first alarm: its XML is read by more files than all rules are.
  const { stateOfAlarm } = await import("../outside/cloudwatch.ts");
  return await stateOfAlarm(job, alarm, tools);
}

const STATES = ["ALARM", "OK", "INSUFFICIENT_DATA"];

function statesOf({ configuration: { AlarmStates = "ALARM" } }: Job): readonly string[] {
  const states = AlarmStates.split(",").map((state) => state.trim());
  const unknown = states.find((state) => !STATES.includes(state));
  if (unknown === undefined) return states;
  throw new ProviderError(
    "ConfigurationError",
    `AlarmStates '${unknown}' is not one of ${STATES.join(", ")}`,
  );
}

function waitMinutesOf({ configuration: { WaitTime = "0" } }: Job): number {
  if (/^\d{1,5}$/.test(WaitTime)) return Number(WaitTime);
  throw new ProviderError("ConfigurationError", `WaitTime '${WaitTime}' is not a number of minutes`);
}
