import { expect, test } from "vitest";
import { createCatalogue } from "../../src/core/catalogue.ts";
import { operatorSettings } from "../../src/server/operator-settings.ts";
import { declarations, ruleDeclarations } from "../../src/worker/index.ts";

const KEYS = JSON.stringify({ accessKeyId: "AKID", secretAccessKey: "secret" });

const { settingsFor } = createCatalogue(declarations, {
  rules: ruleDeclarations,
  settings: operatorSettings({
    "endpoint.lambda": "http://127.0.0.1:1",
    "credentials.lambda": KEYS,
    "functions.check": "http://127.0.0.1:2",
    "functions.other": "http://127.0.0.1:3",
    "endpoint.cloudwatch": "aws",
    MILLRACE_CREDENTIALS_CLOUDWATCH: "monitor",
    "endpoint.prometheus": "http://127.0.0.1:4",
    "endpoint.sts": "http://127.0.0.1:6",
    MILLRACE_CREDENTIALS_STS: "roles",
    "notify.*": "http://127.0.0.1:5",
    "github.url": "https://git.example",
    MILLRACE_NESTED_WAIT: "false",
    MILLRACE_BUILDS_NETWORK: "none",
    MILLRACE_BUILDS_PROXY: "http://u:p@proxy:3128",
    "builds.noProxy": "git.example",
    "builds.requireImage": "true",
    "builds.allowPrivileged": "true",
    "images.*": "host",
    "images.aws/codebuild/*": "host",
  }),
});

const sts = { "endpoint.sts": "http://127.0.0.1:6", "credentials.sts": "roles" };

const rule = (provider: string, configuration: Record<string, string>) =>
  settingsFor({ category: "Rule", owner: "AWS", provider, version: "1" }, configuration);

test("P0.6 a job gets the settings of its own provider, by its configuration, and no others", () => {
  expect(rule("LambdaInvoke", { FunctionName: "check:live" })).toEqual({
    "functions.check": "http://127.0.0.1:2",
    "endpoint.lambda": "http://127.0.0.1:1",
    "credentials.lambda": KEYS,
    ...sts,
  });
  expect(rule("CloudWatchAlarm", { AlarmName: "errors" })).toEqual({
    "endpoint.cloudwatch": "aws",
    "credentials.cloudwatch": "monitor",
    ...sts,
  });
  expect(rule("CloudWatchAlarm", { AlarmName: "prometheus:up == 0" })).toMatchObject({
    "endpoint.prometheus": "http://127.0.0.1:4",
  });
  expect(rule("VariableCheck", {})).toEqual({});
  expect(rule("Commands", {})).toEqual({
    "builds.network": "none",
    "builds.proxy": "http://u:p@proxy:3128",
    "builds.noProxy": "git.example",
    "images.*": "host",
    "images.aws/codebuild/*": "host",
  });
  expect(rule("CodeBuild", {})).toEqual({
    "builds.network": "none",
    "builds.proxy": "http://u:p@proxy:3128",
    "builds.noProxy": "git.example",
    "builds.requireImage": "true",
    "builds.allowPrivileged": "true",
    "images.*": "host",
    "images.aws/codebuild/*": "host",
  });
  const gitHub = { category: "Source", owner: "ThirdParty", provider: "GitHub", version: "1" };
  expect(settingsFor(gitHub, {})).toEqual({ "github.url": "https://git.example" });
  const nested = { category: "Invoke", owner: "AWS", provider: "CodePipeline", version: "1" };
  expect(settingsFor(nested, {})).toEqual({ "nested.wait": "false" });
});
