/** Which settings there are by name (P0.6), and what they may hold. */
import {
  executorProblem,
  holdsPassword,
  imageProblem,
  networkProblem,
  noProxyProblem,
  proxyProblem,
} from "./build-settings.ts";
import { EVENT_SETTINGS, isEventSetting } from "./event-settings.ts";

export interface SettingKind {
  /** As a message shows it. */
  readonly form: string;
  isName(name: string): boolean;
  /** Whether a variable of the environment stands for such a name. */
  isVariable(variable: string): boolean;
  /** Whether such a value must not stand on a command line, where every user of the machine can read it. */
  secret?(value: string): boolean;
  /** What is wrong with a value, without showing it: it may be secret. */
  problem?(value: string): string | undefined;
}

const TOPIC = String.raw`arn:[\w-]+:sns:[\w-]*:\d*:[\w-]+(?:\.fifo)?`;
export const TOPIC_ARN = new RegExp(`^${TOPIC}$`);

const NO_URL = "must be an http or https URL without user and password";

const trueOrFalse = (value: string) => (/^(?:true|false)$/.test(value) ? undefined : "must be true or false");

const always = () => true;

const isUrl = (value: string) => (webUrl(value) === undefined ? NO_URL : undefined);

/** Of names and variables that a pattern describes. */
function kind(
  form: string,
  name: RegExp,
  variable: RegExp | undefined,
  more: Pick<SettingKind, "secret" | "problem"> = {},
): SettingKind {
  return {
    form,
    isName: (text) => name.test(text),
    isVariable: (text) => variable?.test(text) ?? false,
    ...more,
  };
}

/** The first that fits is it. */
export const KINDS: readonly SettingKind[] = [
  {
    form: EVENT_SETTINGS,
    isName: isEventSetting,
    isVariable: (variable) => variable.startsWith("MILLRACE_") && isEventSetting(variable),
  },
  kind(
    "notify.<topic arn>.secret, notify.*.secret",
    new RegExp(String.raw`^notify\.(?:\*|${TOPIC})\.secret$`),
    /^MILLRACE_NOTIFY_[A-Z\d_]+_SECRET$/,
    { secret: always },
  ),
  kind(
    "notify.<topic arn>, notify.*",
    new RegExp(String.raw`^notify\.(?:\*|${TOPIC})$`),
    /^MILLRACE_NOTIFY_[A-Z\d_]+$/,
    { problem: isUrl },
  ),
  kind(
    "statuses.<connection arn>, statuses.*",
    /^statuses\.(?:\*|arn:[a-z-]+:(?:codestar-connections|codeconnections):[a-z\d-]+:\d{12}:connection\/[\da-f-]{36})$/,
    /^MILLRACE_STATUSES_[A-Z\d_]+$/,
    { problem: trueOrFalse },
  ),
  kind("partners.<category>.<provider>.<version>", /^partners\.[A-Za-z]+\.[\w-]+\.[\w-]+$/, undefined),
  kind(
    "quota.pipelines, quota.polling-pipelines, quota.webhooks, quota.action-types, quota.connections, quota.hosts",
    /^quota\.(?:pipelines|polling-pipelines|webhooks|action-types|connections|hosts)$/,
    /^MILLRACE_QUOTA_(?:PIPELINES|POLLING_PIPELINES|WEBHOOKS|ACTION_TYPES|CONNECTIONS|HOSTS)$/,
    {
      problem: (value) =>
        /^[1-9]\d{0,5}$/.test(value) ? undefined : "must be a whole number from 1 to 999999",
    },
  ),
  kind("nested.wait", /^nested\.wait$/, /^MILLRACE_NESTED_WAIT$/, {
    problem: trueOrFalse,
  }),
  kind("lambda.continueAfter", /^lambda\.continueAfter$/, /^MILLRACE_LAMBDA_CONTINUEAFTER$/, {
    problem: (value) =>
      /^(?:0|[1-9]\d{0,3})$/.test(value) ? undefined : "must be a whole number of seconds from 0 to 9999",
  }),
  kind("builds.executor", /^builds\.executor$/, /^MILLRACE_BUILDS_EXECUTOR$/, { problem: executorProblem }),
  kind("builds.network", /^builds\.network$/, /^MILLRACE_BUILDS_NETWORK$/, { problem: networkProblem }),
  kind("builds.proxy", /^builds\.proxy$/, /^MILLRACE_BUILDS_PROXY$/, {
    secret: holdsPassword,
    problem: proxyProblem,
  }),
  kind("builds.noProxy", /^builds\.noProxy$/, /^MILLRACE_BUILDS_NOPROXY$/, { problem: noProxyProblem }),
  kind("builds.requireImage", /^builds\.requireImage$/, /^MILLRACE_BUILDS_REQUIREIMAGE$/, {
    problem: trueOrFalse,
  }),
  kind("builds.allowPrivileged", /^builds\.allowPrivileged$/, /^MILLRACE_BUILDS_ALLOWPRIVILEGED$/, {
    problem: trueOrFalse,
  }),
  // No variable can stand for an image's name.
  kind("images.<name or glob>", /^images\.[^\s=]{1,255}$/, undefined, {
    problem: imageProblem,
  }),
  // Nor for a role's: two that differ in - and _ alone would be one.
  kind("roles.<role arn>", /^roles\.arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, undefined, {
    problem: (value) =>
      isProfile(value) ? undefined : "must be millrace, or the name of a profile in the worker's AWS files",
  }),
  kind("runtimes", /^runtimes$/, /^MILLRACE_RUNTIMES$/),
  kind("github.endpoint, github.url", /^github\.(?:endpoint|url)$/, /^MILLRACE_GITHUB_(?:ENDPOINT|URL)$/),
  kind(
    "endpoint.lambda, endpoint.cloudwatch, endpoint.sns, endpoint.ssm, endpoint.secretsmanager, endpoint.sts",
    /^endpoint\.(?:lambda|cloudwatch|sns|ssm|secretsmanager|sts)$/,
    /^MILLRACE_ENDPOINT_(?:LAMBDA|CLOUDWATCH|SNS|SSM|SECRETSMANAGER|STS)$/,
    { problem: (value) => (value === "aws" ? undefined : isUrl(value) && `${NO_URL}, or aws for AWS's own`) },
  ),
  kind("endpoint.prometheus", /^endpoint\.prometheus$/, /^MILLRACE_ENDPOINT_PROMETHEUS$/, { problem: isUrl }),
  kind(
    "credentials.lambda, credentials.cloudwatch, credentials.sns, credentials.ssm, credentials.secretsmanager, credentials.sts",
    /^credentials\.(?:lambda|cloudwatch|sns|ssm|secretsmanager|sts)$/,
    /^MILLRACE_CREDENTIALS_(?:LAMBDA|CLOUDWATCH|SNS|SSM|SECRETSMANAGER|STS)$/,
    {
      secret: always,
      problem: (value) =>
        isProfile(value) || isKeys(value)
          ? undefined
          : 'must be the name of a profile, or {"accessKeyId": …, "secretAccessKey": …, "sessionToken": …}',
    },
  ),
  kind("credentials.prometheus", /^credentials\.prometheus$/, /^MILLRACE_CREDENTIALS_PROMETHEUS$/, {
    secret: always,
    problem: (value) => (/^[\x21-\x7e]+$/.test(value) ? undefined : "must be a bearer token, without spaces"),
  }),
  kind("functions.<name>", /^functions\.[A-Za-z\d_-]{1,140}$/, /^MILLRACE_FUNCTIONS_[A-Z\d_]+$/, {
    problem: isUrl,
  }),
];

/** @param name of a setting, or of the variable that stands for it */
export function kindOf(name: string): SettingKind | undefined {
  return KINDS.find((kind) => kind.isName(name) || kind.isVariable(name));
}

/** An http or https URL that holds no credentials. */
export function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  return url.username === "" && url.password === "" ? url : undefined;
}

function isProfile(value: string): boolean {
  return /^[\w.@+-]{1,200}$/.test(value);
}

function isKeys(value: string): boolean {
  let keys: unknown;
  try {
    keys = JSON.parse(value);
  } catch {
    return false;
  }
  if (typeof keys !== "object" || keys === null) return false;
  const { accessKeyId, secretAccessKey, sessionToken } = keys as Record<string, unknown>;
  const isText = (text: unknown) => typeof text === "string" && text !== "";
  return (
    isText(accessKeyId) && isText(secretAccessKey) && (sessionToken === undefined || isText(sessionToken))
  );
}
