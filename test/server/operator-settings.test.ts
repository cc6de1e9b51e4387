import { expect, test } from "vitest";
import { ConfigurationError, createServer } from "../../src/server/index.ts";
import { isSecretSetting, operatorSettings, settingVariable } from "../../src/server/operator-settings.ts";
import { tellsCommits } from "../../src/server/telling-commits.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:ship-it";
const OTHER = "arn:aws:sns:us-east-1:000000000000:other";

test("P5.3 a topic's own destination goes before that of all topics", () => {
  const { destinationOf } = operatorSettings({
    [`notify.${TOPIC}`]: "https://one.example/hook",
    "notify.*": "https://all.example/hook",
    [`notify.${TOPIC}.secret`]: "s1",
  });
  expect(destinationOf(TOPIC)).toEqual({ url: "https://one.example/hook", raw: false, secret: "s1" });
  expect(destinationOf(OTHER)).toEqual({ url: "https://all.example/hook", raw: false });
});

test("P5.3 ?raw=true is ours: the destination's other parameters stay", () => {
  const { destinationOf } = operatorSettings({ "notify.*": "http://x.example/hook?a=1&raw=true" });
  expect(destinationOf(TOPIC)).toEqual({ url: "http://x.example/hook?a=1", raw: true });
});

test("there is no destination without a setting, nor for what isn't a topic", () => {
  expect(operatorSettings({}).destinationOf(TOPIC)).toBeUndefined();
  const { destinationOf } = operatorSettings({ "notify.*": "http://x.example" });
  for (const odd of ["", "ship-it", `${TOPIC}\nx: y`, "arn:aws:sqs:us-east-1:000000000000:q"])
    expect(destinationOf(odd)).toBeUndefined();
});

test("P0.6 a variable stands for a name", () => {
  expect(settingVariable("endpoint.sns")).toBe("MILLRACE_ENDPOINT_SNS");
  expect(settingVariable("notify.*.secret")).toBe("MILLRACE_NOTIFY_ALL_SECRET");
  const { destinationOf } = operatorSettings({
    MILLRACE_NOTIFY_ARN_AWS_SNS_US_EAST_1_000000000000_SHIP_IT: "https://one.example/",
    MILLRACE_NOTIFY_ALL_SECRET: "s2",
  });
  expect(destinationOf(TOPIC)).toEqual({ url: "https://one.example/", raw: false, secret: "s2" });
  expect(destinationOf(OTHER)).toBeUndefined();
});

test("an unknown name is refused with the known ones, a bad value without showing it", () => {
  const known =
    "events.<name>, events.<name>.secret, events.<name>.form, notify.<topic arn>.secret, notify.*.secret, notify.<topic arn>, notify.*, statuses.<connection arn>, statuses.*, partners.<category>.<provider>.<version>, quota.pipelines, quota.polling-pipelines, quota.webhooks, quota.action-types, quota.connections, quota.hosts, nested.wait, lambda.continueAfter, builds.executor, builds.network, builds.proxy, builds.noProxy, builds.requireImage, builds.allowPrivileged, images.<name or glob>, roles.<role arn>, runtimes, github.endpoint, github.url, endpoint.lambda, endpoint.cloudwatch, endpoint.sns, endpoint.ssm, endpoint.secretsmanager, endpoint.sts, endpoint.prometheus, credentials.lambda, credentials.cloudwatch, credentials.sns, credentials.ssm, credentials.secretsmanager, credentials.sts, credentials.prometheus, functions.<name>";
  for (const name of ["endpoint.ecs", "notify", "notify.ship-it", "Notify.*", "MILLRACE_ENDPOINT_ECS"])
    expect(() => operatorSettings({ [name]: "https://x.example" })).toThrow(
      new ConfigurationError("settings", `there is no setting '${name}'; there are ${known}`),
    );
  for (const value of ["topsecret", "ftp://topsecret.example", "https://me:topsecret@x.example"])
    expect(() => operatorSettings({ "notify.*": value })).toThrow(
      new ConfigurationError(
        "settings",
        "the setting 'notify.*' must be an http or https URL without user and password",
      ),
    );
  expect(() => operatorSettings({ "notify.*.secret": "" })).toThrow("must be a text that is not empty");
});

test("P3.25 the file of runtimes is read when the server starts, and refused when it can't be used", async () => {
  expect(operatorSettings({ MILLRACE_RUNTIMES: "/etc/runtimes.json" }).runtimes).toBe("/etc/runtimes.json");
  await expect(createServer({ settings: { runtimes: "/no/such/file" } })).rejects.toThrow(
    new ConfigurationError("settings", "runtimes: ENOENT: no such file or directory, open '/no/such/file'"),
  );
});

test("E12.1 sinks of events by name, or by the variable that stands for the name", () => {
  const { eventSinks } = operatorSettings({
    "events.audit": "file:/var/log/millrace.jsonl",
    "events.ship-it": "https://one.example/hook",
    "events.ship-it.form": "notification",
    MILLRACE_EVENTS_SHIP_IT_SECRET: "0123456789abcdef",
    MILLRACE_EVENTS_SCREEN: "stdout",
  });
  expect([...eventSinks].toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ["settings:audit", { kind: "file", target: "/var/log/millrace.jsonl", form: "event" }],
    ["settings:screen", { kind: "stdout", target: "", form: "event" }],
    [
      "settings:ship-it",
      { kind: "url", target: "https://one.example/hook", form: "notification", secret: "0123456789abcdef" },
    ],
  ]);
});

test.each<[Record<string, string>, string]>([
  [{ "events.a": "https://x.example" }, "the setting 'events.a': the secret of a URL must be whsec_ and"],
  [{ "events.a": "ftp://x.example" }, "the setting 'events.a': the URL must be an http or https URL"],
  [{ "events.a.secret": "0123456789abcdef" }, "events.a.… is set, but not events.a"],
  [{ "events.a": "stdout", "events.a.form": "xml" }, "'events.a.form' must be event or notification"],
  [{ "events.A": "stdout" }, "there is no setting 'events.A'"],
])("a sink that can't be is told why: %j", (settings, message) => {
  expect(() => operatorSettings(settings)).toThrow(message);
});

test("P0.6 endpoints, functions and credentials, by name or by variable", () => {
  const settings = operatorSettings({
    "endpoint.lambda": "aws",
    MILLRACE_ENDPOINT_CLOUDWATCH: "http://127.0.0.1:4566",
    "credentials.lambda": "deploy",
    MILLRACE_FUNCTIONS_CHECK_ALL: "http://127.0.0.1:9000",
  });
  expect(settings.get("endpoint.lambda")).toBe("aws");
  expect(settings.get("endpoint.cloudwatch")).toBe("http://127.0.0.1:4566");
  expect(settings.get("functions.check-all")).toBe("http://127.0.0.1:9000");
  expect(settings.get("endpoint.prometheus")).toBeUndefined();
  expect([settings.hasAny("functions"), settings.hasAny("notify")]).toEqual([true, false]);
});

test.each([
  [
    "endpoint.lambda",
    "ftp://x",
    "must be an http or https URL without user and password, or aws for AWS's own",
  ],
  ["endpoint.prometheus", "aws", "must be an http or https URL without user and password"],
  ["functions.f", "topsecret", "must be an http or https URL without user and password"],
  [
    "credentials.lambda",
    '{"accessKeyId":"topsecret"}',
    'must be the name of a profile, or {"accessKeyId": …, "secretAccessKey": …, "sessionToken": …}',
  ],
  ["credentials.prometheus", "a b", "must be a bearer token, without spaces"],
  [
    "builds.executor",
    "kubernetes",
    "must be auto, process, bubblewrap, podman or docker: this version runs no builds in Kubernetes; run workers (millrace worker) on hosts with podman or docker",
  ],
  ["builds.network", "allow:example.com", "must be all or none"],
  ["builds.requireImage", "yes", "must be true or false"],
  ["statuses.*", "off", "must be true or false"],
  [
    "images.aws/codebuild/*",
    "--privileged",
    "must be host, or the name of an image such as docker.io/library/node:24",
  ],
  ["images.*", "dir:/etc", "must be host, or the name of an image such as docker.io/library/node:24"],
  ["builds.allowPrivileged", "1", "must be true or false"],
  ...["https://topsecret@proxy", "http://proxy:3128/path", "topsecret", "http://user:%zz@proxy", "false"].map(
    (value) => [
      "builds.proxy",
      value,
      "must be a URL like http://user:password@proxy.example:3128, or true for that of the worker's --proxy",
    ],
  ),
  ...["a b", ",", "a,", "$(id)"].map((value) => [
    "builds.noProxy",
    value,
    "must be hosts, domains or addresses, parted by commas without spaces: git.example,.corp.example",
  ]),
])("P0.6 %s can't be %s", (name, value, problem) => {
  expect(() => operatorSettings({ [name]: value })).toThrow(
    new ConfigurationError("settings", `the setting '${name}' ${problem}`),
  );
});

test("P10.1 no network and plain processes exclude each other, whoever runs the builds", () => {
  expect(operatorSettings({ MILLRACE_BUILDS_EXECUTOR: "process" }).builds).toEqual({
    executor: "process",
    network: "all",
  });
  expect(() => operatorSettings({ "builds.executor": "process", MILLRACE_BUILDS_NETWORK: "none" })).toThrow(
    /'builds.network' can't be none with 'builds.executor' as process/,
  );
});

test("P10.1 a proxy's password stands on no command line, a proxy without one may", () => {
  const values = ["http://u:p@proxy:3128", "http://u@proxy:3128", "http://proxy:3128", "true"];
  expect(values.map((value) => isSecretSetting("builds.proxy", value))).toEqual([true, false, false, false]);
  expect(isSecretSetting("MILLRACE_BUILDS_PROXY", values[0] ?? "")).toBe(true);
});

test("P0.6 credentials stand on no command line", () => {
  const names = [
    "credentials.lambda",
    "MILLRACE_CREDENTIALS_PROMETHEUS",
    "notify.*.secret",
    "endpoint.lambda",
  ];
  expect(names.map((name) => isSecretSetting(name, "x"))).toEqual([true, true, true, false]);
});

test("P5.3 with endpoint.sns every topic is told itself", () => {
  const { destinationOf } = operatorSettings({
    "endpoint.sns": "https://sns.example",
    "credentials.sns": "deploy",
    "notify.*": "https://all.example/hook",
  });
  expect(destinationOf(TOPIC)).toEqual({ endpoint: "https://sns.example", credentials: "deploy" });
});

test("P10.5 a role's keys are this server's or a profile's, and no variable stands for its name", () => {
  const arn = "arn:aws:iam::000000000000:role/web-build";
  expect(operatorSettings({ [`roles.${arn}`]: "millrace" }).get(`roles.${arn}`)).toBe("millrace");
  expect(() => operatorSettings({ [`roles.${arn}`]: "two words" })).toThrow(
    `the setting 'roles.${arn}' must be millrace, or the name of a profile in the worker's AWS files`,
  );
  for (const name of ["roles.web", "roles.*", settingVariable(`roles.${arn}`)])
    expect(() => operatorSettings({ [name]: "millrace" })).toThrow(`there is no setting '${name}'`);
});

test("S7.11: hosts are told of commits unless the operator says otherwise, of one connection or of all", () => {
  const arnOf = (service: string) =>
    `arn:aws:${service}:us-east-1:000000000000:connection/0b8cd4ad-5ac8-4ab2-8fc0-2d0b0a4f4b4e`;
  const [old, present] = [arnOf("codestar-connections"), arnOf("codeconnections")];
  const tells = (settings: Readonly<Record<string, string>>, arn = old) =>
    tellsCommits(operatorSettings(settings).get, arn);
  expect(tells({})).toBe(true);
  expect(tells({ "statuses.*": "false" })).toBe(false);
  expect(tells({ MILLRACE_STATUSES_ALL: "false" })).toBe(false);
  expect(tells({ "statuses.*": "false", [`statuses.${present}`]: "true" })).toBe(true);
  expect(tells({ [`statuses.${old}`]: "false" }, present)).toBe(false);
});
