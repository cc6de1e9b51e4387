/** Rules of every type, in every kind of condition, by a whole server and its worker (P9, E9.15). */
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from "@aws-sdk/client-codebuild";
import {
  CodePipelineClient,
  PutJobFailureResultCommand,
  type StageDeclaration,
} from "@aws-sdk/client-codepipeline";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands, stage } from "../codepipeline/support/declarations.ts";
import { signed } from "../logs/support/signed.ts";
import { guardedServer, invoked, ON, rule } from "./support/guarded.ts";

let here: Awaited<ReturnType<typeof guardedServer>>;
beforeAll(async () => {
  here = await guardedServer();
  here.functions.set("refuses", () => ({
    headers: { "x-amz-function-error": "Unhandled" },
    body: '{"errorMessage":"not today"}',
  }));
  const codeBuild = new CodeBuildClient(here.configOf(here.server.credentials));
  await codeBuild.send(new CreateProjectCommand(project("checks", "test $(cat limit.txt) -le $MOST")));
  codeBuild.destroy();
});
afterAll(() => here[Symbol.asyncDispose]());

const project = (name: string, command: string) =>
  ({
    name,
    source: {
      type: "CODEPIPELINE",
      buildspec: `version: 0.2\nphases: { build: { commands: ["${command}"] } }`,
    },
    artifacts: { type: "CODEPIPELINE" },
    environment: {
      type: "LINUX_CONTAINER",
      image: "aws/codebuild/standard:7.0",
      computeType: "BUILD_GENERAL1_SMALL",
    },
    serviceRole: "arn:aws:iam::000000000000:role/build",
  }) as const;

type Kind = "beforeEntry" | "onSuccess" | "onFailure";

/** The guarded stage's one action, which fails where a failure condition is to be asked. */
function guarded(
  kind: Kind,
  result: "FAIL" | "SKIP" | "ROLLBACK",
  ...rules: ReturnType<typeof rule>[]
): StageDeclaration {
  const ship = commands({
    name: "Ship",
    namespace: "ship",
    commands: ["WHERE=blue", kind === "onFailure" ? "false" : "true"],
    outputVariables: ["WHERE"],
    inputArtifacts: [{ name: "Code" }],
  });
  return { ...stage("Guarded", ship), [kind]: { conditions: [{ result, rules }] } };
}

const inputs = { inputArtifacts: [{ name: "Code" }] };
const build = (most: string) =>
  rule(
    "Build",
    "CodeBuild",
    {
      ProjectName: "checks",
      EnvironmentVariables: JSON.stringify([{ name: "MOST", value: most, type: "PLAINTEXT" }]),
    },
    inputs,
  );

const ALL = {
  name: rule("Name", "VariableCheck", {
    Variable: "#{source.ObjectKey}",
    Operator: "MATCHES",
    Value: "[a-z]+\\.zip",
  }),
  window: rule("Window", "DeploymentWindow", { Cron: "0 * * * * ?", TimeZone: "Europe/Berlin" }),
  shell: rule(
    "Shell",
    "Commands",
    {},
    { ...inputs, commands: ["cat limit.txt", "test #{source.ObjectKey} = app.zip"] },
  ),
  lambda: rule(
    "Ask",
    "LambdaInvoke",
    { FunctionName: "check", UserParameters: "#{source.ObjectKey}" },
    inputs,
  ),
  alarm: rule("Alarm", "CloudWatchAlarm", { AlarmName: "errors" }),
  query: rule("Query", "CloudWatchAlarm", { AlarmName: "prometheus:rate(errors[5m]) > 1" }),
  build: build("5"),
};

const statuses = (rows: readonly { ruleName?: string; status?: string }[]) =>
  Object.fromEntries(rows.map(({ ruleName, status }) => [ruleName, status]));

const FAILING: [type: string, failing: ReturnType<typeof rule>, error: { code: string; message?: string }][] =
  [
    [
      "VariableCheck",
      rule("Fails", "VariableCheck", { Variable: "#{source.ObjectKey}", Operator: "EQ", Value: "2" }),
      { code: "JobFailed", message: "The value 'app.zip' does not compare by EQ with '2'." },
    ],
    [
      "DeploymentWindow",
      rule("Fails", "DeploymentWindow", { Cron: "0 0 0 1 1 ? 2001" }),
      {
        code: "ConfigurationError",
        message: "The deployment window '0 0 0 1 1 ? 2001' never opens again.",
      },
    ],
    [
      "Commands",
      rule("Fails", "Commands", {}, { commands: ["echo too many errors; exit 3"] }),
      {
        code: "JobFailed",
        message: "Command failed: echo too many errors; exit 3. Reason: exit status 3 (too many errors)",
      },
    ],
    [
      "LambdaInvoke",
      rule("Fails", "LambdaInvoke", { FunctionName: "refuses" }),
      { code: "JobFailed", message: "Lambda function refuses failed: not today" },
    ],
    [
      "CloudWatchAlarm",
      rule("Fails", "CloudWatchAlarm", { AlarmName: `${ON}-errors` }),
      { code: "JobFailed", message: "Alarm on-errors is in state ALARM" },
    ],
    [
      "PrometheusQuery",
      rule("Fails", "CloudWatchAlarm", { AlarmName: `prometheus:${ON} == 0` }),
      { code: "JobFailed", message: "Alarm prometheus:on == 0 is in state ALARM" },
    ],
    ["CodeBuild", { ...build("4"), name: "Fails" }, { code: "JobFailed" }],
  ];

type Member = "beforeEntryConditionState" | "onSuccessConditionState" | "onFailureConditionState";

test("P2.2, P9 builds of rules beyond their project's limit are QUEUED, and go on one after the other", async () => {
  await using stack = new AsyncDisposableStack();
  const client = stack.adopt(new CodeBuildClient(here.configOf(here.server.credentials)), (made) =>
    made.destroy(),
  );
  await client.send(new CreateProjectCommand({ ...project("slow", "sleep 1"), concurrentBuildLimit: 1 }));
  const rules = ["First", "Second"].map((name) => rule(name, "CodeBuild", { ProjectName: "slow" }, inputs));
  const { execution, rows } = await here.run("one-at-a-time", guarded("onSuccess", "FAIL", ...rules));
  expect(statuses(rows)).toEqual({ First: "Succeeded", Second: "Succeeded" });
  expect(execution?.status).toBe("Succeeded");
  const { ids } = await client.send(new ListBuildsForProjectCommand({ projectName: "slow" }));
  const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids }));
  const [first, second] = builds.toSorted((a, b) => (a.buildNumber ?? 0) - (b.buildNumber ?? 0));
  const begun = second?.phases?.find(({ phaseType }) => phaseType === "PROVISIONING")?.startTime;
  expect(begun?.getTime()).toBeGreaterThanOrEqual(first?.endTime?.getTime() ?? Number.NaN);
});

describe.each<[Kind, string, Member]>([
  ["beforeEntry", "Succeeded", "beforeEntryConditionState"],
  ["onSuccess", "Succeeded", "onSuccessConditionState"],
  ["onFailure", "Failed", "onFailureConditionState"],
])("%s", (kind, end, member) => {
  test("rules of every type that succeed", async () => {
    const { name, window, shell, lambda, alarm, query } = ALL;
    const rules =
      kind === "beforeEntry" ? [name, window, shell, lambda, alarm] : [name, shell, lambda, ALL.build, query];
    const { execution, rows, stageState } = await here.run(
      `all-${kind}`,
      guarded(kind, kind === "onFailure" ? "ROLLBACK" : "FAIL", ...rules),
    );
    expect(statuses(rows)).toEqual(Object.fromEntries(rules.map(({ name }) => [name, "Succeeded"])));
    expect(execution?.status).toBe(end);
    const { conditionStates: [condition] = [], latestExecution } = stageState?.[member] ?? {};
    expect(latestExecution).toEqual({ status: "Succeeded" });
    expect(
      condition?.ruleStates?.map(({ ruleName, latestExecution: shown }) => [ruleName, shown?.status]),
    ).toEqual(rules.map(({ name }) => [name, "Succeeded"]));
  });

  test.concurrent.each(FAILING)("$0 fails", async (type, failing, error) => {
    const { execution, rows, stageState } = await here.run(
      `${type}-${kind}`,
      guarded(kind, kind === "beforeEntry" ? "FAIL" : "ROLLBACK", failing),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: "Failed", output: { executionResult: { errorDetails: error } } });
    expect(execution?.status).toBe("Failed");
    // Nothing succeeded there before.
    const summary = /no successful execution .* to roll back to/;
    if (kind !== "beforeEntry") expect(execution?.statusSummary).toMatch(summary);
    const status = stageState?.[member]?.latestExecution?.status;
    expect(status).toBe(error.code === "JobFailed" ? "Failed" : "Errored");
  });
});

test("E9.10, E4.5 behind the stage a rule takes what its actions made", async () => {
  const where = rule("Where", "VariableCheck", { Variable: "#{ship.WHERE}", Operator: "NE", Value: "blue" });
  const { rows } = await here.run("where", guarded("onSuccess", "FAIL", where));
  expect(rows[0]).toMatchObject({
    status: "Failed",
    input: { resolvedConfiguration: { Variable: "blue" } },
  });
});

test("E9.6 a stage is skipped when a function says so", async () => {
  const { execution, stageState } = await here.run(
    "skipped",
    guarded("beforeEntry", "SKIP", rule("Ask", "LambdaInvoke", { FunctionName: "refuses" })),
  );
  expect(execution?.status).toBe("Succeeded");
  expect(stageState?.latestExecution?.status).toBe("Skipped");
  expect(stageState?.actionStates?.[0]?.latestExecution).toBeUndefined();
});

test("P11.5 the log of a Commands rule is read like an action's", async () => {
  const { rows } = await here.run("logged", guarded("beforeEntry", "FAIL", ALL.shell));
  const log = await signed(here.server.url, `/logs/${rows[0]?.ruleExecutionId}`, here.server.credentials);
  expect(log.status).toBe(200);
  const text = await log.text();
  expect(text).toContain("Running command cat limit.txt");
  expect(text).toMatch(/^5$/m);
  const reader = await here.userWith([
    { Effect: "Allow", Action: "codepipeline:ListPipelines", Resource: "*" },
  ]);
  expect((await signed(here.server.url, `/logs/${rows[0]?.ruleExecutionId}`, reader)).status).toBe(403);
});

test("P9 a function reads the rule's inputs with its event's credentials, and may answer by the job's id itself (api.md §2.3)", async () => {
  const key = await here.userWith([
    { Effect: "Allow", Action: "codepipeline:PutJobFailureResult", Resource: "*" },
  ]);
  const asFunction = new CodePipelineClient(here.configOf(key));
  let read: string | undefined;
  here.functions.set("answers", async ({ id, data }) => {
    const [input] = data.inputArtifacts;
    const { bucketName, objectKey } = input!.location.s3Location;
    const { expirationTime, ...credentials } = data.artifactCredentials;
    expect(expirationTime).toBeGreaterThan(Date.now());
    const s3 = here.s3Of(credentials);
    const object = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: objectKey }));
    read = await object.Body?.transformToString("latin1");
    s3.destroy();
    await asFunction.send(
      new PutJobFailureResultCommand({
        jobId: id,
        failureDetails: { type: "JobFailed", message: "I say no" },
      }),
    );
    return { body: '"and return all the same"' };
  });
  const answers = rule("Ask", "LambdaInvoke", { FunctionName: "answers" }, inputs);
  const { rows } = await here.run("answers", guarded("beforeEntry", "FAIL", answers));
  asFunction.destroy();
  expect(read).toMatch(/^PK/);
  expect(rows[0]).toMatchObject({
    status: "Failed",
    output: { executionResult: { errorDetails: { code: "JobFailed", message: "I say no" } } },
  });
});

test("P9 what the services outside were sent: signed, and with resolved values", async () => {
  const sent = rule(
    "Ask",
    "LambdaInvoke",
    { FunctionName: "sent", UserParameters: "#{source.ObjectKey}" },
    inputs,
  );
  const { rows } = await here.run("sent", guarded("beforeEntry", "FAIL", sent, ALL.alarm));
  const calls = here.lambda.received.filter((one) => invoked(one).name === "sent");
  expect(calls).toMatchObject([{ signedBy: "AKIDOUTSIDE/us-east-1/lambda" }]);
  expect(here.cloudWatch.received.at(-1)).toMatchObject({ signedBy: "AKIDOUTSIDE/us-east-1/monitoring" });
  expect(invoked(calls[0]!).event.data.actionConfiguration.configuration).toEqual({
    FunctionName: "sent",
    UserParameters: "app.zip",
  });
  expect(rows.find(({ ruleName }) => ruleName === "Ask")).toMatchObject({
    input: { resolvedConfiguration: { UserParameters: "app.zip" }, inputArtifacts: [{ name: "Code" }] },
    output: { executionResult: { externalExecutionSummary: '"fine"' } },
  });
});
