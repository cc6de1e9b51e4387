import type { PipelineDeclaration, RuleDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { configuredTypes, finding } from "../support/checking.ts";
import { approval, commands, pipeline, source, stage } from "../support/declarations.ts";

type Kind = "beforeEntry" | "onSuccess" | "onFailure";

function rule(provider: string, changes: Partial<RuleDeclaration> = {}): RuleDeclaration {
  return {
    name: "Check",
    ruleTypeId: { category: "Rule", owner: "AWS", provider, version: "1" },
    ...changes,
  };
}

const check = (configuration: Record<string, string> = {}) =>
  rule("VariableCheck", { configuration: { Variable: "a", Value: "b", Operator: "EQ", ...configuration } });
const window = (configuration: Record<string, string>) => rule("DeploymentWindow", { configuration });
const alarm = (configuration: Record<string, string>) =>
  rule("CloudWatchAlarm", { configuration: { AlarmName: "errors", ...configuration } });
const shell = (changes: Partial<RuleDeclaration> = {}) =>
  rule("Commands", { commands: ["true"], ...changes });

const ENDPOINTS = { "endpoint.lambda": "http://127.0.0.1:1", "endpoint.cloudwatch": "http://127.0.0.1:1" };

/** Source → Build (makes Built, namespace built) → Deploy with these rules. */
function withRules(
  rules: RuleDeclaration[],
  {
    kind = "beforeEntry",
    result = "FAIL",
    ...changes
  }: { kind?: Kind; result?: "FAIL" | "SKIP" | "ROLLBACK" } & Partial<PipelineDeclaration> = {},
): PipelineDeclaration {
  const guarded: StageDeclaration = {
    ...stage("Deploy", commands({ name: "Ship", namespace: "ship", outputArtifacts: [{ name: "Receipt" }] })),
    [kind]: { conditions: [{ result, rules }] },
  };
  const build = commands({ name: "Make", namespace: "built", outputArtifacts: [{ name: "Built" }] });
  return pipeline({
    stages: [stage("Source", source()), stage("Build", build), guarded, stage("End", approval())],
    ...changes,
  });
}

function refused(
  rules: RuleDeclaration | RuleDeclaration[],
  changes?: Parameters<typeof withRules>[1],
  settings: Readonly<Record<string, string>> = ENDPOINTS,
) {
  return finding(withRules([rules].flat(), changes), { types: configuredTypes(settings) });
}

const taken = (...given: Parameters<typeof refused>) => {
  expect(refused(...given)).toBeUndefined();
};

describe("api.md §5.2: rules of stage conditions", () => {
  it("a condition has 1 to 5 rules", () => {
    expect(refused([])).toMatch(
      /^InvalidStageDeclarationException: Stage 'Deploy': the beforeEntry condition has no rules/,
    );
    taken([1, 2, 3, 4, 5].map((n) => ({ ...check(), name: `Check${n}` })));
  });

  it("names are unique in a condition", () => {
    expect(refused([check(), window({ Cron: "0 * * * * ?" })])).toBe(
      "InvalidStageDeclarationException: Rule name 'Check' is used more than once in the beforeEntry condition of stage 'Deploy'",
    );
  });

  it("E9.1 SKIP is decided by LambdaInvoke and VariableCheck only", () => {
    taken([check(), { ...rule("LambdaInvoke", { configuration: { FunctionName: "f" } }), name: "Ask" }], {
      result: "SKIP",
    });
    expect(refused(shell(), { result: "SKIP" })).toBe(
      "InvalidStageDeclarationException: Stage 'Deploy': rule 'Check' cannot stand in a condition with the result SKIP. Use only rules of LambdaInvoke and VariableCheck there",
    );
  });

  it.each<Kind>(["beforeEntry", "onSuccess", "onFailure"])("E9.1 every type may stand in %s", (kind) => {
    taken(
      [
        check(),
        window({ Cron: "0 * * * * ?" }),
        alarm({}),
        shell(),
        rule("LambdaInvoke", { configuration: { FunctionName: "f" } }),
      ].map((one, n) => ({ ...one, name: `Rule${n}` })),
      { kind },
    );
    taken(rule("CodeBuild", { configuration: { ProjectName: "p" }, inputArtifacts: [{ name: "Built" }] }), {
      kind,
    });
  });
});

describe("providers.md P9.1: the texts of §5.3, for rules", () => {
  const exception = "InvalidActionDeclarationException: ";

  it("an unknown type", () => {
    expect(refused(rule("Weather"))).toBe(
      `${exception}RuleType (Category: 'Rule', Provider: 'Weather', Owner: 'AWS', Version: '1') in rule 'Check' is not available in region 'US_EAST_1'`,
    );
  });

  it("A18 a region that is none: an endpoint of AWS's own would be at any host", () => {
    expect(refused({ ...alarm({}), region: "evil.example/" })).toBe(
      `${exception}Rule 'Check' is declared in region 'evil.example/', which is not a valid AWS Region.`,
    );
    taken({ ...alarm({}), region: "eu-west-1" });
  });

  it("owner and version may be left out", () => {
    taken({ ...check(), ruleTypeId: { category: "Rule", provider: "VariableCheck" } });
  });

  it.each([
    ["VariableCheck", { Variable: "a", Value: "b" }, "Operator"],
    ["DeploymentWindow", { TimeZone: "UTC" }, "Cron"],
    ["LambdaInvoke", {}, "FunctionName"],
    ["CloudWatchAlarm", { WaitTime: "1" }, "AlarmName"],
    ["CodeBuild", {}, "ProjectName"],
  ])("a required key of %s", (provider, configuration, key) => {
    expect(refused(rule(provider, { configuration }))).toBe(
      `${exception}Rule configuration for rule 'Check' is missing required configuration '${key}'`,
    );
  });

  it("an unknown key", () => {
    expect(refused(check({ Colour: "red" }))).toBe(
      `${exception}Rule configuration for rule 'Check' contains unknown configuration 'Colour'`,
    );
  });

  it("P9 a CodeBuild rule knows no BuildspecOverride", () => {
    const configuration = { ProjectName: "p", BuildspecOverride: "x.yml" };
    expect(refused(rule("CodeBuild", { configuration }))).toMatch(
      /unknown configuration 'BuildspecOverride'/,
    );
  });

  it("P0.8 a type that isn't configured here", () => {
    expect(refused(rule("LambdaInvoke", { configuration: { FunctionName: "f" } }), {}, {})).toBe(
      `${exception}RuleType (Category: 'Rule', Provider: 'LambdaInvoke', Owner: 'AWS', Version: '1') in rule 'Check' is not configured on this server. Missing: functions.f or endpoint.lambda. See docs/providers.md#rule-lambdainvoke.`,
    );
    expect(refused(alarm({}), {}, {})).toMatch(/Missing: endpoint\.cloudwatch\. /);
    expect(refused(alarm({ AlarmName: "prometheus:up == 0" }), {}, ENDPOINTS)).toMatch(
      /Missing: endpoint\.prometheus\. /,
    );
  });

  it("P7.2 a function of the operator's own needs no endpoint", () => {
    const functions = { "functions.f": "http://127.0.0.1:1" };
    const invoke = (FunctionName: string) => rule("LambdaInvoke", { configuration: { FunctionName } });
    taken(invoke("f"), {}, functions);
    taken(invoke("f:live"), {}, functions);
    taken(invoke("#{built.function}"), {}, functions);
    expect(refused(invoke("g"), {}, functions)).toMatch(/Missing: functions\.g or endpoint\.lambda/);
  });
});

describe("E4.5, E9.10: what a rule takes from actions", () => {
  const taking = (name: string) => shell({ inputArtifacts: [{ name }] });

  it("artifacts of earlier stages, and behind the stage also of its own", () => {
    taken(taking("Built"));
    taken(taking("Receipt"), { kind: "onSuccess" });
    taken(taking("Receipt"), { kind: "onFailure" });
    for (const name of ["Receipt", "Nothing"])
      expect(refused(taking(name))).toBe(
        `InvalidActionDeclarationException: Input Artifact Bundle ${name} in rule Check is not declared as Output Artifact Bundle in any of the preceding actions`,
      );
  });

  it("no artifacts where the type takes none", () => {
    expect(refused({ ...check(), inputArtifacts: [{ name: "Built" }] })).toBe(
      "InvalidActionDeclarationException: Rule Check declares 1 input artifacts which is more than the maximum count (0)",
    );
  });

  it("variables of earlier stages, and behind the stage also of its own", () => {
    taken(check({ Variable: "#{built.version} of #{codepipeline.PipelineExecutionId}" }));
    taken(check({ Variable: "#{ship.url}" }), { kind: "onSuccess" });
    for (const reference of ["#{ship.url}", "#{nobody.x}", "#{no dots}"])
      expect(refused(check({ Variable: reference }))).toMatch(
        new RegExp(
          `^InvalidActionDeclarationException: Valid format .* does not exist\\.\\nStageName=\\[Deploy\\], RuleName=\\[Check\\], RuleConfigurationKey=\\[Variable\\], VariableReferenceText=\\[${reference}\\]$`,
          "s",
        ),
      );
  });

  it("variables of the pipeline, when they are declared", () => {
    const variables = [{ name: "target", defaultValue: "x" }];
    taken(check({ Variable: "#{variables.target}" }), { variables });
    expect(refused(check({ Variable: "#{variables.other}" }), { variables })).toMatch(
      /^InvalidStructureException: The referenced variables haven't been declared\.\n.*#\{variables\.other\}/s,
    );
  });

  it("references in commands count too, and none in a quoted here-document (A20)", () => {
    expect(refused(shell({ commands: ["echo #{ship.url}"] }))).toMatch(
      /RuleConfigurationKey=\[commands\], VariableReferenceText=\[#\{ship\.url\}\]/,
    );
    expect(refused(shell({ commands: ["cat <<'E'\n#{built.x}\nE"] }))).toMatch(
      /in a command of rule 'Check' stands in a quoted here-document/,
    );
  });
});

describe("values without references are judged when the pipeline is written", () => {
  const invalid = (key: string, value: string) =>
    `InvalidActionDeclarationException: Rule configuration for rule 'Check' contains invalid value '${value}' for configuration '${key}'. `;

  it.each<[RuleDeclaration, string, string, string]>([
    [check({ Operator: "eq" }), "Operator", "eq", "Allowed: EQ, NE, CONTAINS, MATCHES"],
    [
      check({ Operator: "MATCHES", Value: "(?=x)" }),
      "Value",
      "(?=x)",
      "The pattern '(?=x)' cannot be used: ",
    ],
    [window({ Cron: "0 9 * * ?" }), "Cron", "0 9 * * ?", "The cron expression '0 9 * * ?' is not valid: "],
    [
      window({ Cron: "#{built.cron}", TimeZone: "Mars/Base" }),
      "TimeZone",
      "Mars/Base",
      "The time zone 'Mars/Base' is not known. ",
    ],
    [window({ Cron: "x", TimeZone: "#{built.zone}" }), "Cron", "x", "The cron expression 'x' is not valid: "],
    [alarm({ AlarmStates: "ALERT" }), "AlarmStates", "ALERT", "Allowed: ALARM, OK, INSUFFICIENT_DATA"],
    [alarm({ WaitTime: "-1" }), "WaitTime", "-1", "Allowed: a number of minutes, up to 99999"],
    [
      rule("CodeBuild", { configuration: { ProjectName: "p", BatchEnabled: "true" } }),
      "BatchEnabled",
      "true",
      "Allowed: false",
    ],
    [
      rule("CodeBuild", { configuration: { ProjectName: "p", PrimarySource: "Built" } }),
      "PrimarySource",
      "Built",
      "Allowed: none",
    ],
    [
      rule("CodeBuild", { configuration: { ProjectName: "p", EnvironmentVariables: "A=b" } }),
      "EnvironmentVariables",
      "A=b",
      "Allowed: a JSON array of name, value and type",
    ],
  ])("%j", (given, key, value, why) => {
    expect(refused(given)?.startsWith(invalid(key, value) + why)).toBe(true);
  });

  it.each([
    check({ Operator: "#{built.operator}" }),
    check({ Operator: "MATCHES", Value: "#{built.pattern}(" }),
    check({ Operator: "EQ", Value: "(" }),
    window({ Cron: "#{built.cron}" }),
    window({ Cron: "0 0-59 9-17 ? * MON-FRI *", TimeZone: "Europe/Berlin" }),
    alarm({ AlarmStates: "ALARM,INSUFFICIENT_DATA", WaitTime: "15" }),
  ])("takes %j", (given) => {
    taken(given);
  });
});

describe("commands of rules", () => {
  it("a Commands rule has some, in the pipeline's region and account", () => {
    const none = shell();
    delete none.commands;
    expect(refused(none)).toBe(
      "InvalidActionDeclarationException: Rule Check must have a non-empty commands field",
    );
    expect(refused(shell({ region: "eu-west-1" }))).toMatch(/runs commands in region 'eu-west-1'/);
    expect(refused(shell({ roleArn: "arn:aws:iam::111111111111:role/x" }))).toMatch(
      /role .* of another account/,
    );
  });

  it("other rules have none", () => {
    expect(refused({ ...check(), commands: ["true"] })).toBe(
      "InvalidActionDeclarationException: Rule 'Check' declares commands, which rules of provider 'VariableCheck' do not take.",
    );
  });
});
