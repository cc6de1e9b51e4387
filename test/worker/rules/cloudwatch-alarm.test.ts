import { describe, expect, test } from "vitest";
import type { Job } from "../../../src/worker/protocol.ts";
import { cloudWatchAlarm } from "../../../src/worker/rules/cloudwatch-alarm.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { type Answer, KEYS, outside } from "../support/outside.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const MINUTE = 60_000;

type Condition = NonNullable<Job["condition"]>;

interface Given {
  readonly condition?: Condition;
  readonly settings: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, string>>;
  /** Since the rule started. */
  readonly minutes?: number;
}

async function look({ condition = "BEFORE_ENTRY", settings, configuration, minutes = 0 }: Given) {
  const { tools } = await fakeTools(folder);
  return await cloudWatchAlarm.run(
    fakeJob({
      actionTypeId: { category: "Rule", owner: "AWS", provider: "CloudWatchAlarm", version: "1" },
      condition,
      settings,
      configuration: { AlarmName: "errors", ...configuration },
      actionStartedAt: Date.now() - minutes * MINUTE,
    }),
    tools,
  );
}

const described = (
  kind: "MetricAlarms" | "CompositeAlarms",
  name: string,
  state: string,
) => `<?xml version="1.0"?>
<DescribeAlarmsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
  <DescribeAlarmsResult>
    <CompositeAlarms>${kind === "CompositeAlarms" ? member(name, state) : ""}</CompositeAlarms>
    <MetricAlarms>${kind === "MetricAlarms" ? member(name, state) : ""}</MetricAlarms>
  </DescribeAlarmsResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</DescribeAlarmsResponse>`;

const member = (name: string, state: string) =>
  `<member><AlarmName>${name}</AlarmName><Dimensions><member><Name>a</Name></member></Dimensions><StateValue>${state}</StateValue></member>`;

async function cloudWatch(answer: Answer | (() => Answer | undefined)) {
  const { url, received } = await outside(typeof answer === "function" ? answer : () => answer);
  return {
    received,
    settings: { "endpoint.cloudwatch": url, "credentials.cloudwatch": JSON.stringify(KEYS) },
  };
}

const inState = (state: string) => cloudWatch({ body: described("MetricAlarms", "errors", state) });

test("P9 one signed DescribeAlarms of metric and composite alarms", async () => {
  const { received, settings } = await inState("OK");
  expect(await look({ settings })).toEqual({ kind: "done", summary: "Alarm errors is in state OK" });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: "POST",
    path: "/",
    signedBy: "AKIDOUTSIDE/us-east-1/monitoring",
  });
  expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
    Action: "DescribeAlarms",
    Version: "2010-08-01",
    "AlarmNames.member.1": "errors",
    "AlarmTypes.member.1": "MetricAlarm",
    "AlarmTypes.member.2": "CompositeAlarm",
  });
});

describe("E9.15: the verdict", () => {
  const goesOn = { kind: "done", continuationToken: expect.any(String) };
  const succeeded = { kind: "done", summary: expect.stringMatching(/^Alarm errors is in state \w+$/) };
  const failed = (state: string) => ({
    kind: "failed",
    type: "JobFailed",
    message: `Alarm errors is in state ${state}`,
  });

  test.each<[Condition, string, string | undefined, number, object]>([
    // At the entry: out of the states now, or within WaitTime.
    ["BEFORE_ENTRY", "OK", undefined, 0, succeeded],
    ["BEFORE_ENTRY", "INSUFFICIENT_DATA", undefined, 0, succeeded],
    ["BEFORE_ENTRY", "ALARM", undefined, 0, failed("ALARM")],
    ["BEFORE_ENTRY", "ALARM", "5", 4, goesOn],
    ["BEFORE_ENTRY", "OK", "5", 4, succeeded],
    ["BEFORE_ENTRY", "ALARM", "5", 5, failed("ALARM")],
    // Behind the stage: never in the states until WaitTime is over.
    ["ON_SUCCESS", "OK", undefined, 0, succeeded],
    ["ON_SUCCESS", "ALARM", undefined, 0, failed("ALARM")],
    ["ON_SUCCESS", "OK", "5", 4, goesOn],
    ["ON_SUCCESS", "ALARM", "5", 1, failed("ALARM")],
    ["ON_SUCCESS", "OK", "5", 5, succeeded],
    ["ON_SUCCESS", "ALARM", "5", 6, failed("ALARM")],
    ["ON_FAILURE", "OK", "5", 4, goesOn],
    ["ON_FAILURE", "ALARM", "5", 4, failed("ALARM")],
  ])("%s, %s, WaitTime %s after %i minutes", async (condition, state, WaitTime, minutes, expected) => {
    const { settings } = await inState(state);
    const configuration: Record<string, string> = WaitTime === undefined ? {} : { WaitTime };
    const outcome = await look({ condition, settings, configuration, minutes });
    expect(outcome).toMatchObject(expected);
    expect("continuationToken" in outcome).toBe(expected === goesOn);
  });

  test("AlarmStates says which states count", async () => {
    const { settings } = await inState("INSUFFICIENT_DATA");
    const configuration = { AlarmStates: "ALARM, INSUFFICIENT_DATA" };
    expect(await look({ settings, configuration })).toMatchObject(failed("INSUFFICIENT_DATA"));
  });
});

test("a composite alarm, and a name that XML must escape", async () => {
  const { settings } = await cloudWatch({ body: described("CompositeAlarms", "a &amp; b", "ALARM") });
  expect(await look({ settings, configuration: { AlarmName: "a & b" } })).toMatchObject({
    message: "Alarm a & b is in state ALARM",
  });
});

test.each<[string, Answer, string, string]>([
  [
    "an alarm that isn't there",
    { body: described("MetricAlarms", "other", "OK") },
    "ConfigurationError",
    "The alarm errors does not exist",
  ],
  [
    "no permission",
    { status: 403, body: "<ErrorResponse/>" },
    "PermissionError",
    "Amazon CloudWatch doesn't let alarm errors be described",
  ],
  [
    "an answer that is no XML of CloudWatch's",
    { body: "hello" },
    "ConfigurationError",
    "The alarm errors does not exist",
  ],
])("P9 %s", async (_, answer, type, message) => {
  const { settings } = await cloudWatch(answer);
  await expect(look({ settings })).rejects.toMatchObject({ type, message });
});

test("P0.11 a look that went wrong in passing is taken again", async () => {
  let count = 0;
  const { settings, received } = await cloudWatch(() => {
    count += 1;
    if (count === 1) return undefined;
    return count === 2 ? { status: 503 } : { body: described("MetricAlarms", "errors", "OK") };
  });
  expect(await look({ settings })).toMatchObject({ kind: "done" });
  expect(received).toHaveLength(3);
});

test.each([
  [{ WaitTime: "soon" }, "WaitTime 'soon' is not a number of minutes"],
  [{ AlarmStates: "ALARM,BAD" }, "AlarmStates 'BAD' is not one of ALARM, OK, INSUFFICIENT_DATA"],
])("a resolved value that can't be: %j", async (configuration, message) => {
  const { settings } = await inState("OK");
  await expect(look({ settings, configuration })).rejects.toMatchObject({
    type: "ConfigurationError",
    message,
  });
});

describe("a Prometheus query as an alarm", () => {
  const AlarmName = 'prometheus:up{job="shop"} == 0';
  const vector = (...values: string[]) =>
    JSON.stringify({
      status: "success",
      data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [1, value] })) },
    });

  async function ask(
    body: string,
    { status = 200, credentials }: { status?: number; credentials?: string } = {},
  ) {
    const { url, received } = await outside(() => ({ status, body }));
    const settings = {
      "endpoint.prometheus": `${url}/prom/`,
      ...(credentials !== undefined && { "credentials.prometheus": credentials }),
    };
    const outcome = look({ settings, condition: "ON_SUCCESS", configuration: { AlarmName } });
    return { outcome, received };
  }

  test("it is in ALARM when the query answers a series, also with the value 0", async () => {
    const { outcome, received } = await ask(vector("0"), { credentials: "t0ken" });
    expect(await outcome).toMatchObject({ kind: "failed", message: `Alarm ${AlarmName} is in state ALARM` });
    expect(received[0]).toMatchObject({
      path: "/prom/api/v1/query",
      headers: { authorization: "Bearer t0ken" },
      body: new URLSearchParams({ query: 'up{job="shop"} == 0' }).toString(),
    });
  });

  test("it is OK when the query answers none", async () => {
    const { outcome, received } = await ask(vector());
    expect(await outcome).toMatchObject({ kind: "done", summary: `Alarm ${AlarmName} is in state OK` });
    expect(received[0]?.headers.authorization).toBeUndefined();
  });

  test.each<[string, string, number, string, RegExp]>([
    [
      "a query that is wrong",
      '{"status":"error","errorType":"bad_data","error":"1:5: parse error"}',
      400,
      "ConfigurationError",
      /can't answer 'up.*': 1:5: parse error/,
    ],
    [
      "a scalar",
      '{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}',
      200,
      "ConfigurationError",
      /answers a scalar, not a vector/,
    ],
    ["what isn't Prometheus", "<html>", 200, "ConfigurationError", /can't answer .* status 200/],
    ["no permission", "", 401, "PermissionError", /401/],
  ])("%s", async (_, body, status, type, message) => {
    const { outcome } = await ask(body, { status });
    await expect(outcome).rejects.toMatchObject({ type, message: expect.stringMatching(message) });
  });
});

test("P0.8 which settings an alarm needs", () => {
  const settings = (AlarmName: string) => cloudWatchAlarm.declaration.settings?.({ AlarmName });
  expect(settings("errors")).toEqual([["endpoint.cloudwatch"]]);
  expect(settings("prometheus:up == 0")).toEqual([["endpoint.prometheus"]]);
  expect(settings("#{b.alarm}")).toEqual([["endpoint.cloudwatch", "endpoint.prometheus"]]);
});
