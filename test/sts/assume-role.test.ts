import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineCommand,
  ListPipelinesCommand,
} from "@aws-sdk/client-codepipeline";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pipeline } from "../codepipeline/support/declarations.ts";
import { refusal } from "../codepipeline/support/server.ts";
import {
  ACCOUNT,
  ALLOW_ALL,
  type Installation,
  installation,
  type Key,
  OTHER_ACCOUNT,
  policyOf,
} from "../support/users.ts";

let here: Installation;
beforeAll(async () => {
  here = await installation();
});
afterAll(() => here[Symbol.asyncDispose]());

const READING = { Effect: "Allow", Action: "codepipeline:Get*", Resource: "*" };
const mayTake = (name: string) => ({ Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArn(name) });
const roleArn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
const userArn = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;

let made = 0;
/** A role that trusts these, and may read pipelines. */
async function roleTrusting(AWS: string | string[], Condition?: object): Promise<string> {
  return await roleWith({ Principal: { AWS }, ...(Condition && { Condition }) });
}

async function roleWith(trusting: object): Promise<string> {
  const name = `role${++made}`;
  const trust = policyOf({ Effect: "Allow", Action: "sts:AssumeRole", ...trusting });
  await here.roles.create({ account: ACCOUNT, name }, { policy: policyOf(READING), trust, tags: {} });
  return name;
}

async function take(key: Key, name: string, input: Partial<AssumeRoleCommandInput> = {}) {
  const client = new STSClient(here.configOf(key));
  return await client.send(
    new AssumeRoleCommand({ RoleArn: roleArn(name), RoleSessionName: "night", ...input }),
  );
}

async function sessionOf(key: Key, name: string, input: Partial<AssumeRoleCommandInput> = {}): Promise<Key> {
  const { Credentials } = await take(key, name, input);
  return {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
}

const pipelines = (key: Key) => new CodePipelineClient(here.configOf(key));
const get = (key: Key) => refusal(pipelines(key).send(new GetPipelineCommand({ name: "gone" })));
const DENIED = /^AccessDenied: User: \S+ is not authorized to perform: sts:AssumeRole on resource: \S+$/;

test("api.md §9.3: whom a role trusts by name gets keys that do what the role may, under the session's ARN", async () => {
  const key = await here.userWith([READING], { name: "alice" });
  const name = await roleTrusting(userArn("alice"));
  const answer = await take(key, name, { DurationSeconds: 900 });
  expect(answer.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/${name}/night`);
  expect(answer.AssumedRoleUser?.AssumedRoleId).toMatch(/^AROA[A-Z2-7]{17}:night$/);
  const lasts = Number(answer.Credentials?.Expiration) - Date.now();
  expect(lasts).toBeGreaterThan(890_000);
  expect(lasts).toBeLessThan(901_000);

  const session = await sessionOf(key, name);
  expect(session.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(await new STSClient(here.configOf(session)).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: ACCOUNT,
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/night`,
    UserId: answer.AssumedRoleUser?.AssumedRoleId,
  });
  expect(await get(session)).toMatch(/^PipelineNotFound/);
  expect(await refusal(pipelines(session).send(new ListPipelinesCommand({})))).toBe(
    `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/${name}/night is not authorized to perform: codepipeline:ListPipelines on resource: * because no identity-based policy allows the codepipeline:ListPipelines action`,
  );
});

test("trust in an account leaves it to the account's own policies", async () => {
  const name = await roleTrusting(`arn:aws:iam::${ACCOUNT}:root`);
  const [with_, without] = [await here.userWith([mayTake(name)]), await here.userWith([READING])];
  expect(await get(await sessionOf(with_, name))).toMatch(/^PipelineNotFound/);
  const denied = take(without, name);
  await expect(denied).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(await refusal(denied)).toMatch(DENIED);
  // Root may all that its account may; it must be trusted all the same.
  await take(here.server.credentials, name);
});

test("whom nobody trusts gets the same words whether or not the role is there", async () => {
  const name = await roleTrusting(userArn("somebody"));
  const key = await here.userWith([ALLOW_ALL]);
  for (const role of [name, "nothing-here"]) expect(await refusal(take(key, role))).toMatch(DENIED);
  const elsewhere = take(key, name, { RoleArn: roleArn(name, OTHER_ACCOUNT) });
  expect(await refusal(elsewhere)).toMatch(DENIED);
});

test("A23 nobody is a service of AWS's: a role that trusts one lets in no user, and not root", async () => {
  const Service = "codebuild.amazonaws.com";
  const user = await here.userWith([ALLOW_ALL], { name: Service });
  const claiming = { "aws:PrincipalIsAWSService": "true" };
  for (const trusting of [{ Principal: { Service } }, { Principal: "*", Condition: { Bool: claiming } }]) {
    const name = await roleWith(trusting);
    for (const key of [user, here.server.credentials]) expect(await refusal(take(key, name))).toMatch(DENIED);
  }
  const ofUsers = { Bool: { "aws:PrincipalIsAWSService": "false" } };
  await take(user, await roleTrusting(ACCOUNT, ofUsers));
});

test("an explicit deny of the caller's own policy wins over trust by name", async () => {
  const name = await roleTrusting(userArn("denied"));
  const key = await here.userWith([{ ...mayTake(name), Effect: "Deny" }], { name: "denied" });
  expect(await refusal(take(key, name))).toMatch(DENIED);
});

test("across accounts the role's trust and the caller's policy must agree", async () => {
  const name = await roleTrusting(OTHER_ACCOUNT);
  const agreed = await here.userWith([mayTake(name)], { account: OTHER_ACCOUNT });
  const untold = await here.userWith([READING], { account: OTHER_ACCOUNT });
  expect(await refusal(take(untold, name))).toMatch(DENIED);
  const session = await sessionOf(agreed, name);
  const { Account } = await new STSClient(here.configOf(session)).send(new GetCallerIdentityCommand({}));
  expect(Account).toBe(ACCOUNT);
});

test("trust may ask for an external id, and for the session's name", async () => {
  const name = await roleTrusting(`arn:aws:iam::${ACCOUNT}:root`, {
    StringEquals: { "sts:ExternalId": "42", "sts:RoleSessionName": "night" },
  });
  const key = await here.userWith([mayTake(name)]);
  expect(await refusal(take(key, name))).toMatch(DENIED);
  expect(await refusal(take(key, name, { ExternalId: "42", RoleSessionName: "day" }))).toMatch(DENIED);
  await take(key, name, { ExternalId: "42" });
});

test("a session's own policy only takes away", async () => {
  const name = await roleTrusting(ACCOUNT);
  const key = await here.userWith([mayTake(name)]);
  const narrowed = await sessionOf(key, name, {
    Policy: policyOf({ ...READING, Action: "codepipeline:GetPipelineState" }),
  });
  expect(await get(narrowed)).toMatch(
    /because no session policy allows the codepipeline:GetPipeline action$/,
  );
  const denied = await sessionOf(key, name, { Policy: policyOf(ALLOW_ALL, { ...READING, Effect: "Deny" }) });
  expect(await get(denied)).toMatch(/with an explicit deny in a session policy$/);
  const wide = await sessionOf(key, name, { Policy: policyOf(ALLOW_ALL) });
  expect(await get(wide)).toMatch(/^PipelineNotFound/);
  expect(await refusal(pipelines(wide).send(new ListPipelinesCommand({})))).toMatch(
    /no identity-based policy/,
  );
});

test("changes of a role count for its sessions at once; they end with it, also when its name comes again", async () => {
  const name = await roleTrusting(ACCOUNT);
  const key = await here.userWith([mayTake(name)]);
  const session = await sessionOf(key, name);
  const role = { account: ACCOUNT, name };
  await here.roles.update(role, { policy: policyOf({ ...READING, Effect: "Deny" }) });
  expect(await get(session)).toMatch(/explicit deny/);
  await here.roles.update(role, { policy: policyOf(READING) });
  expect(await get(session)).toMatch(/^PipelineNotFound/);
  await here.roles.remove(role);
  expect(await get(session)).toMatch(/^UnrecognizedClient/);
  const trust = policyOf({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" });
  await here.roles.create(role, { policy: policyOf(READING), trust, tags: {} });
  expect(await get(session)).toMatch(/^UnrecognizedClient/);
});

test("a role takes the next: trusted by its role's ARN, an hour at most", async () => {
  const first = await roleTrusting(ACCOUNT);
  const second = await roleTrusting(roleArn(first));
  const session = await sessionOf(await here.userWith([mayTake(first)]), first);
  expect(await refusal(take(session, second, { DurationSeconds: 3_601 }))).toMatch(
    /^ValidationError: .*role chaining/,
  );
  expect(await get(await sessionOf(session, second))).toMatch(/^PipelineNotFound/);
});

test("api.md §9.2: a session is asked about as its role", async () => {
  const name = `role${++made}`;
  const condition = {
    ArnEquals: { "aws:PrincipalArn": roleArn(name) },
    StringLike: { "aws:userid": "AROA*:night" },
    StringEquals: { "aws:PrincipalType": "AssumedRole", "aws:PrincipalTag/team": "web" },
    Null: { "aws:username": true, "aws:TokenIssueTime": false },
  };
  const trust = policyOf({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" });
  const policy = policyOf({ ...READING, Condition: condition });
  await here.roles.create({ account: ACCOUNT, name }, { policy, trust, tags: { team: "web" } });
  const session = await sessionOf(await here.userWith([mayTake(name)]), name);
  expect(await get(session)).toMatch(/^PipelineNotFound/);
});

test("what AssumeRole can't do is refused, not left out", async () => {
  const name = await roleTrusting(ACCOUNT);
  const key = await here.userWith([mayTake(name)]);
  const wrong: [Partial<AssumeRoleCommandInput>, RegExp][] = [
    [{ DurationSeconds: 899 }, /^ValidationError: .*'durationSeconds' failed.*greater than or equal to 900$/],
    [{ DurationSeconds: 43_201 }, /^ValidationError: .*less than or equal to 43200$/],
    [{ RoleSessionName: "a b" }, /^ValidationError: .*'roleSessionName'.*pattern: \[\\w\+=,\.@-\]\*$/],
    [{ RoleSessionName: "x" }, /^ValidationError: .*length greater than or equal to 2$/],
    [{ Policy: "{" }, /^MalformedPolicyDocument/],
    [{ Policy: JSON.stringify({ Version: { toString: 1 } }) }, /^MalformedPolicyDocument.*Version must be/],
    [{ Policy: policyOf({ ...READING, Sid: { toString: 1 } }) }, /^MalformedPolicyDocument.*Sid may have/],
    [
      { Policy: policyOf({ ...READING, Effect: [{ toString: 1 }] }) },
      /^MalformedPolicyDocument.*Effect must/,
    ],
    [
      { Policy: policyOf({ ...READING, Effect: "Maybe" }) },
      /^MalformedPolicyDocument.*Effect must be Allow or Deny/,
    ],
    [{ PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }] }, /^ValidationError.*PolicyArns/],
    [{ Tags: [{ Key: "team", Value: "web" }] }, /^ValidationError.*Tags/],
    [{ TokenCode: "123456", SerialNumber: "arn:aws:iam::1:mfa/x" }, /^ValidationError.*not supported/],
    [{ SourceIdentity: "me" }, /^ValidationError.*SourceIdentity/],
  ];
  for (const [input, message] of wrong) expect(await refusal(take(key, name, input))).toMatch(message);
});

test("with any credentials allowed, keys of a role's session stay what they are, all others are root's", async () => {
  await using open = await installation({ allowAnyCredentials: true });
  const config = (key: Key) => open.configOf(key);
  const anybody = { accessKeyId: "any", secretAccessKey: "thing" };
  await new CodePipelineClient(config(anybody)).send(new CreatePipelineCommand({ pipeline: pipeline() }));
  const trust = policyOf({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" });
  await open.roles.create(
    { account: ACCOUNT, name: "reader" },
    { policy: policyOf(READING), trust, tags: {} },
  );
  const { Credentials } = await new STSClient(config(anybody)).send(
    new AssumeRoleCommand({ RoleArn: roleArn("reader"), RoleSessionName: "night" }),
  );
  const client = new CodePipelineClient(
    config({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    }),
  );
  await client.send(new GetPipelineCommand({ name: "app" }));
  expect(await refusal(client.send(new ListPipelinesCommand({})))).toMatch(/^AccessDenied/);
});

test("a session's own policy takes away what another role's trust in its role gives", async () => {
  const first = await roleTrusting(ACCOUNT);
  const second = await roleTrusting(roleArn(first));
  const key = await here.userWith([mayTake(first)]);
  const narrowed = await sessionOf(key, first, { Policy: policyOf(READING) });
  expect(await refusal(take(narrowed, second))).toMatch(DENIED);
  await take(await sessionOf(key, first, { Policy: policyOf(READING, mayTake(second)) }), second);
  await take(await sessionOf(key, first), second);
});

test("a role of a path is taken by the ARN that has it, and trusted by it; its sessions are named without", async () => {
  const path = "/service-role/of/ci/";
  const key = await here.userWith([{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }]);
  const trust = policyOf({ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" });
  const settings = { policy: policyOf(READING), trust, tags: {}, path };
  const arn = await here.roles.create({ account: ACCOUNT, name: "pathed" }, settings);
  expect(arn).toBe(`arn:aws:iam::${ACCOUNT}:role${path}pathed`);

  const wrong = [roleArn("pathed"), roleArn("service-role/pathed")];
  for (const RoleArn of wrong) expect(await refusal(take(key, "", { RoleArn }))).toMatch(DENIED);
  const session = await sessionOf(key, "", { RoleArn: arn });
  const { Arn } = await new STSClient(here.configOf(session)).send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/pathed/night`);
  const next = await roleTrusting(arn);
  await take(session, next);
});
