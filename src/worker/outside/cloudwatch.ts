/** The state of a CloudWatch alarm (P9). */
import { XMLParser } from "fast-xml-parser";
import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";
import { type Calling, signedRequest } from "./aws-service.ts";
import { call, excerptOf } from "./call.ts";

const CLOUDWATCH = { setting: "cloudwatch", signingName: "monitoring" };
const LIMITS = { timeLimit: 60_000, sizeLimit: 1024 * 1024 };

/** Everything is a list and a text: one alarm looks like many. */
const parser = new XMLParser({
  parseTagValue: false,
  processEntities: { enabled: true, maxTotalExpansions: 1_000 },
  isArray: (name) => name === "member",
});

interface Described {
  readonly DescribeAlarmsResponse?: {
    readonly DescribeAlarmsResult?: {
      readonly MetricAlarms?: Alarms;
      readonly CompositeAlarms?: Alarms;
    };
  };
}
/** An empty list is an empty text. */
type Alarms =
  | ""
  | { readonly member?: readonly { readonly AlarmName?: string; readonly StateValue?: string }[] };

/**
 * @returns OK, ALARM or INSUFFICIENT_DATA
 * @throws ProviderError ConfigurationError when there is no such alarm, PermissionError, SystemUnavailable
 */
export async function stateOfAlarm(job: Job, alarm: string, calling: Calling): Promise<string> {
  const body = new URLSearchParams({
    Action: "DescribeAlarms",
    Version: "2010-08-01",
    "AlarmNames.member.1": alarm,
    "AlarmTypes.member.1": "MetricAlarm",
    "AlarmTypes.member.2": "CompositeAlarm",
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const answer = await call({
    ...LIMITS,
    service: "Amazon CloudWatch",
    signal: calling.signal,
    way: calling.way,
    repeatable: true,
    request: () => signedRequest(job, CLOUDWATCH, { path: "/", headers, body }, calling),
  });
  if (answer.status === 401 || answer.status === 403) {
    throw new ProviderError("PermissionError", `Amazon CloudWatch doesn't let alarm ${alarm} be described`);
  }
  if (answer.status !== 200) {
    throw new ProviderError(
      "ConfigurationError",
      `Amazon CloudWatch answered ${answer.status} for alarm ${alarm}: ${excerptOf(answer, calling.log)}`,
    );
  }
  const state = alarmsIn(answer.body).find(({ AlarmName }) => AlarmName === alarm)?.StateValue;
  if (state !== undefined) return state;
  throw new ProviderError("ConfigurationError", `The alarm ${alarm} does not exist`);
}

function alarmsIn(xml: string) {
  const { DescribeAlarmsResponse } = parser.parse(xml) as Described;
  const { MetricAlarms = "", CompositeAlarms = "" } = DescribeAlarmsResponse?.DescribeAlarmsResult ?? {};
  return [MetricAlarms, CompositeAlarms].flatMap((alarms) => (alarms === "" ? [] : (alarms.member ?? [])));
}
