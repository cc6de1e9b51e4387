/** Whom of AWS's services a role's trust policy lets take it for a job (P10.5). */
import { randomBytes, randomUUID } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createAccess, createRoles } from "../../src/core/access/index.ts";
import type { JobRoleRequest } from "../../src/core/access/types.ts";
import { emptyStore } from "../support/store.ts";
import { policyOf } from "../support/users.ts";
import { ACCOUNT, SUITE_KEY } from "./support.ts";

const SERVICE = "codebuild.amazonaws.com";
const PROJECT = `arn:aws:codebuild:us-east-1:${ACCOUNT}:project/web`;
const ambient = { now: Date.now, newId: randomUUID, randomBytes };

const trust = (Principal: unknown, more: object = {}) => ({
  Effect: "Allow",
  Principal,
  Action: "sts:AssumeRole",
  ...more,
});
const asking = (condition: object) => trust({ Service: SERVICE }, { Condition: condition });
const SOURCE = { "aws:SourceAccount": ACCOUNT, "aws:SourceArn": PROJECT };

interface Other {
  readonly name: string;
  readonly trust: readonly object[];
  readonly policy: readonly object[];
}

async function takeRole(
  statements: readonly object[],
  request: Partial<JobRoleRequest> = {},
  others: readonly Other[] = [],
) {
  const store = await emptyStore();
  onTestFinished(() => store.close());
  const access = createAccess({
    ambient,
    db: store.read,
    account: ACCOUNT,
    root: SUITE_KEY,
    secret: randomBytes(32),
    allowAnyCredentials: false,
    jobIsOpen: async () => true,
  });
  const policy = policyOf({ Effect: "Allow", Action: "*", Resource: "*" });
  const trusted = policyOf(...statements);
  const roles = createRoles({ store, ambient });
  await roles.create({ account: ACCOUNT, name: "build" }, { policy, trust: trusted, tags: {} });
  for (const other of others)
    await roles.create(
      { account: ACCOUNT, name: other.name },
      { policy: policyOf(...other.policy), trust: policyOf(...other.trust), tags: {} },
    );
  return await access.roleForJob({
    roleArn: `arn:aws:iam::${ACCOUNT}:role/build`,
    service: SERVICE,
    source: { account: ACCOUNT, arn: PROJECT },
    circumstances: { region: "us-east-1", sourceIp: undefined, userAgent: undefined, secureTransport: true },
    sessionName: "build-1",
    jobId: randomUUID(),
    expires: Date.now() + 60_000,
    ...request,
  });
}

test.each<[string, object[]]>([
  ["names it", [trust({ Service: SERVICE })]],
  ["names it beside others", [trust({ AWS: "000000000000", Service: ["ec2.amazonaws.com", SERVICE] })]],
  ["names it for this source", [asking({ StringEquals: SOURCE })]],
  [
    "denies what goes over plain HTTP",
    [
      trust({ Service: SERVICE }),
      trust("*", { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ],
  ],
  [
    "denies others",
    [trust({ Service: SERVICE }), trust({ Service: "ec2.amazonaws.com" }, { Effect: "Deny" })],
  ],
])("a role is taken whose trust policy %s", async (_, statements) => {
  expect(await takeRole(statements)).toMatchObject({
    caller: { kind: "role", account: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/build/build-1` },
    credentials: { accessKeyId: expect.stringMatching(/^ASIA/) },
  });
});

test.each<[string, object[]]>([
  ["names another service", [trust({ Service: "ec2.amazonaws.com" })]],
  ["trusts everybody, as callers with policies of their own", [trust("*"), trust({ AWS: "*" })]],
  ["trusts the account", [trust({ AWS: ACCOUNT })]],
  ["names it for another source", [asking({ StringEquals: { ...SOURCE, "aws:SourceArn": `${PROJECT}2` } })]],
  ["names it for another account's", [asking({ StringEquals: { "aws:SourceAccount": "111122223333" } })]],
  ["asks for an external id", [asking({ StringEquals: { "sts:ExternalId": "1" } })]],
  ["lets it tag sessions only", [trust({ Service: SERVICE }, { Action: "sts:TagSession" })]],
  ["denies it", [trust({ Service: SERVICE }), trust({ Service: SERVICE }, { Effect: "Deny" })]],
  ["denies everybody", [trust({ Service: SERVICE }), trust("*", { Effect: "Deny" })]],
])("a role isn't whose trust policy %s", async (_, statements) => {
  expect(await takeRole(statements)).toEqual({
    refused: `the trust policy of arn:aws:iam::${ACCOUNT}:role/build doesn't let ${SERVICE} take it`,
  });
});

test.each([
  ["the one of another case", `arn:aws:iam::${ACCOUNT}:role/Build`, /^there is no role \S+ on this server/],
  ["one below a path", `arn:aws:iam::${ACCOUNT}:role/a/build`, /^there is no role \S+ on this server/],
  [
    "another account's",
    "arn:aws:iam::111122223333:role/build",
    /is a role of another account than the job's, 000000000000$/,
  ],
])("no other role is taken for it: %s", async (_, roleArn, refused) => {
  expect(await takeRole([trust({ Service: SERVICE })], { roleArn })).toEqual({
    refused: expect.stringMatching(refused),
  });
});

const PIPELINE_ROLE = `arn:aws:iam::${ACCOUNT}:role/pipeline`;
const BUILD_ROLE = `arn:aws:iam::${ACCOUNT}:role/build`;
const takes = (Resource: string) => ({ Effect: "Allow", Action: "sts:AssumeRole", Resource });
const pipelineRole = (change: Partial<Other> = {}): Other => ({
  name: "pipeline",
  trust: [trust({ Service: SERVICE })],
  policy: [takes(BUILD_ROLE)],
  ...change,
});

test.each<[string, object, Other]>([
  ["names that role", { AWS: PIPELINE_ROLE }, pipelineRole({ policy: [takes("arn:aws:iam::*:role/none")] })],
  ["trusts the account, as the CDK has it", { AWS: `arn:aws:iam::${ACCOUNT}:root` }, pipelineRole()],
])(
  "a role is taken through another, as an action's is through its pipeline's, whose trust policy %s",
  async (_, principal, other) => {
    expect(await takeRole([trust(principal)], { through: PIPELINE_ROLE }, [other])).toMatchObject({
      caller: { kind: "role", arn: `arn:aws:sts::${ACCOUNT}:assumed-role/build/build-1` },
      credentials: { accessKeyId: expect.stringMatching(/^ASIA/) },
    });
  },
);

const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };

test.each<[string, object, Other[], string]>([
  [
    "isn't there",
    account,
    [],
    `there is no role ${PIPELINE_ROLE} on this server; millrace role create makes one`,
  ],
  [
    "doesn't trust the service",
    account,
    [pipelineRole({ trust: [trust({ Service: "ec2.amazonaws.com" })] })],
    `that of ${PIPELINE_ROLE} doesn't either`,
  ],
  [
    "may take others only",
    account,
    [pipelineRole({ policy: [takes(PIPELINE_ROLE)] })],
    `${PIPELINE_ROLE} may not take it: it must be trusted, and its own policy allow it sts:AssumeRole`,
  ],
  [
    "isn't the one that is trusted",
    { AWS: `arn:aws:iam::${ACCOUNT}:role/other` },
    [pipelineRole()],
    `${PIPELINE_ROLE} may not take it: it must be trusted, and its own policy allow it sts:AssumeRole`,
  ],
])("a role isn't taken through one that %s", async (_, principal, others, why) => {
  expect(await takeRole([trust(principal)], { through: PIPELINE_ROLE }, others)).toEqual({
    refused: `the trust policy of ${BUILD_ROLE} doesn't let ${SERVICE} take it, and ${why}`,
  });
});
