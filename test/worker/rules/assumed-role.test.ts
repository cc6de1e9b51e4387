/** P0.16 rules that call AWS-compatible services as their own role. */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test } from "vitest";
import { DIRECT } from "../../../src/network/index.ts";
import { keysOfRole } from "../../../src/worker/outside/assumed-role.ts";
import type { Job } from "../../../src/worker/protocol.ts";
import { codeBuildBuild } from "../../../src/worker/providers/codebuild.ts";
import { nestedPipeline } from "../../../src/worker/providers/nested-pipeline.ts";
import { s3Deploy } from "../../../src/worker/providers/s3-deploy/provider.ts";
import { cloudWatchAlarm } from "../../../src/worker/rules/cloudwatch-alarm.ts";
import { lambdaInvoke } from "../../../src/worker/rules/lambda-invoke.ts";
import { ACCOUNT, installation, policyOf } from "../../support/users.ts";
import { fakeJob, fakeTools } from "../support/fake-tools.ts";
import { type Answer, assumedRole, KEYS, outside, ROLE_KEYS } from "../support/outside.ts";
import { tempFolder } from "../support/temp-folder.ts";

const folder = await tempFolder();
const ROLE = "arn:aws:iam::000000000000:role/ask";
const keys = JSON.stringify(KEYS);

/** A service, and an STS that answers so. */
async function services(sts: Answer, answer: Answer = { body: "fine" }) {
  const { url, received } = await outside(({ signedBy }) => (signedBy?.endsWith("/sts") ? sts : answer));
  const settings = Object.fromEntries(
    ["lambda", "cloudwatch", "sts"].flatMap((name) => [
      [`endpoint.${name}`, url],
      [`credentials.${name}`, keys],
    ]),
  );
  return { received, settings, signers: () => received.map(({ signedBy }) => signedBy) };
}

const invocation = (job: Partial<Job>) =>
  fakeJob({
    configuration: { FunctionName: "check" },
    condition: "BEFORE_ENTRY",
    region: "eu-west-1",
    ...job,
  });

test("LambdaInvoke invokes as the role that it has taken, in the job's name", async () => {
  const { settings, received, signers } = await services(assumedRole);
  const { tools, texts } = await fakeTools(folder);
  const job = invocation({ settings, roleArn: ROLE });
  expect(await lambdaInvoke.run(job, tools)).toEqual({ kind: "done", summary: "fine" });
  expect(signers()).toEqual(["AKIDOUTSIDE/eu-west-1/sts", "ASIAROLE/eu-west-1/lambda"]);
  expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: ROLE,
    RoleSessionName: `AWSCodePipeline-${job.id}`,
  });
  expect(received[1]?.headers["x-amz-security-token"]).toBe(ROLE_KEYS.sessionToken);
  // P10.3: what the function prints is hidden like any secret.
  tools.log.system(`leaked ${ROLE_KEYS.secretAccessKey}`);
  expect(texts().at(-1)).toBe("leaked ****");
});

test("CloudWatchAlarm looks as its role", async () => {
  const { settings, signers } = await services(assumedRole, { status: 403 });
  const { tools } = await fakeTools(folder);
  const job = fakeJob({ configuration: { AlarmName: "errors" }, settings, roleArn: ROLE });
  await expect(cloudWatchAlarm.run(job, tools)).rejects.toMatchObject({ type: "PermissionError" });
  expect(signers()).toEqual(["AKIDOUTSIDE/us-east-1/sts", "ASIAROLE/us-east-1/monitoring"]);
});

test.each<[string, Partial<Job>, boolean]>([
  ["an action without a role", {}, true],
  ["a server without endpoint.sts", { roleArn: ROLE }, false],
])("%s: the operator's keys sign", async (_, job, hasSts) => {
  const { settings, signers } = await services(assumedRole);
  const { "endpoint.sts": sts = "", ...others } = settings;
  const { tools } = await fakeTools(folder);
  await lambdaInvoke.run(
    invocation({ settings: hasSts ? { ...others, "endpoint.sts": sts } : others, ...job }),
    tools,
  );
  expect(signers()).toEqual(["AKIDOUTSIDE/eu-west-1/lambda"]);
});

test("a role that is refused is a PermissionError in STS's words, and nothing is invoked", async () => {
  const { settings, received } = await services({
    status: 403,
    body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for &lt;you&gt;</Message></Error></ErrorResponse>",
  });
  const { tools } = await fakeTools(folder);
  await expect(lambdaInvoke.run(invocation({ settings, roleArn: ROLE }), tools)).rejects.toMatchObject({
    type: "PermissionError",
    message: `The role ${ROLE} could not be assumed: not for <you>`,
  });
  expect(received).toHaveLength(1);
});

test.each(["", "<html>", "<AssumeRoleResponse/>", "{}"])(
  "an answer without keys (%j) gives none",
  async (body) => {
    const { settings } = await services({ body });
    const { tools } = await fakeTools(folder);
    await expect(lambdaInvoke.run(invocation({ settings, roleArn: ROLE }), tools)).rejects.toMatchObject({
      type: "PermissionError",
      message: `The role ${ROLE} could not be assumed: AWS STS answered 200 without keys`,
    });
  },
);

test("a Millrace server's own STS will do, as far as the role trusts who asks", async () => {
  await using here = await installation();
  const trust = policyOf({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  });
  const policy = policyOf({ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" });
  await here.roles.create({ account: ACCOUNT, name: "ask" }, { policy, trust, tags: {} });
  const asking = await here.userWith([{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }]);
  const { endpoint, credentials } = here.configOf(asking);
  const job = fakeJob({ settings: { "credentials.sts": JSON.stringify(credentials) } });
  const { tools } = await fakeTools(folder);
  const role = { roleArn: `arn:aws:iam::${ACCOUNT}:role/ask`, endpoint };
  const client = new STSClient({
    ...here.configOf(asking),
    credentials: await keysOfRole(job, role, tools),
  });
  onTestFinished(() => client.destroy());
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/ask/AWSCodePipeline-${job.id}`);
  const unknown = { ...role, roleArn: `arn:aws:iam::${ACCOUNT}:role/unheard` };
  await expect(keysOfRole(job, unknown, { ...tools, way: DIRECT })).rejects.toMatchObject({
    type: "PermissionError",
    message: expect.stringMatching(
      /role\/unheard could not be assumed: .*not authorized to perform: sts:AssumeRole/,
    ),
  });
});

test("whose log says that a role isn't used", () => {
  const sts = { "endpoint.sts": "http://127.0.0.1:1" };
  const job = (more: Partial<Job>) => fakeJob({ roleArn: ROLE, settings: sts, ...more });
  const check = { FunctionName: "check" };
  expect(lambdaInvoke.usesRole?.(job({ configuration: check }))).toBe(true);
  expect(lambdaInvoke.usesRole?.(job({ configuration: check, settings: {} }))).toBe(false);
  const local = { ...sts, "functions.check": "http://127.0.0.1:2" };
  expect(lambdaInvoke.usesRole?.(job({ configuration: check, settings: local }))).toBe(false);
  expect(cloudWatchAlarm.usesRole?.(job({ configuration: { AlarmName: "errors" } }))).toBe(true);
  expect(cloudWatchAlarm.usesRole?.(job({ configuration: { AlarmName: "prometheus:up" } }))).toBe(false);
  for (const { usesRole } of [s3Deploy, nestedPipeline, codeBuildBuild]) {
    expect(usesRole?.(job({}))).toBe(false);
    expect(usesRole?.(job({ rolesCount: true }))).toBe(true);
  }
});
