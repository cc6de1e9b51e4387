/** Secrets that the server doesn't keep: asked of AWS's services by the operator's endpoints (P3.9). */
import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSealedTexts } from "../../src/core/access/index.ts";
import { createOutsideSecrets, createSecrets, type Secrets } from "../../src/core/secrets/index.ts";
import type { Store } from "../../src/core/store/store.ts";
import { DIRECT } from "../../src/network/index.ts";
import { operatorSettings } from "../../src/server/operator-settings.ts";
import { emptyStore } from "../support/store.ts";
import { type Answer, KEYS, type Received, startOutside } from "../worker/support/outside.ts";

const scope = { account: "000000000000", region: "eu-west-1" };
const reader = { pipeline: "app" };
const VALUE = "value-4f1c9a77e2";
const VERSION = "0b3ef4a2-1df5-4c3a-9c6b-5e2f7c5d8a10";
const ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-a1B2c3";

let store: Store;
let service: Awaited<ReturnType<typeof startOutside>>;
let answer: Answer | undefined;
beforeAll(async () => {
  store = await emptyStore();
  service = await startOutside(() => answer);
});
afterAll(async () => {
  service[Symbol.dispose]();
  await store.close();
});
beforeEach(() => {
  service.received.length = 0;
});

function secretsWith(given: Readonly<Record<string, string>>): Secrets {
  const settings = operatorSettings(given);
  return createSecrets({
    store,
    ambient: { now: Date.now, newId: randomUUID, randomBytes },
    access: createSealedTexts(randomBytes(32), randomBytes),
    outside: createOutsideSecrets({ settings, way: DIRECT, account: scope.account }),
  });
}

const keys = JSON.stringify(KEYS);
const both = () =>
  secretsWith({
    "endpoint.ssm": service.url,
    "credentials.ssm": keys,
    "endpoint.secretsmanager": service.url,
    "credentials.secretsmanager": keys,
  });
const parameter = (name: string, from = both(), where = scope) =>
  from.resolve(where, reader, "parameter-store", name);
const secret = (reference: string, from = both()) =>
  from.resolve(scope, reader, "secrets-manager", reference);
const json = (body: object, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const told = ({ body, headers, signedBy }: Received) => ({
  asked: JSON.parse(body),
  target: headers["x-amz-target"],
  signedBy,
});
const where = (title: string) => `${title} at ${service.url}/`;
const SSM = "AWS Systems Manager";
const SECRETS_MANAGER = "AWS Secrets Manager";

test.each(["/app/token", "token:3", "arn:aws:ssm:eu-west-1:111122223333:parameter/app/token"])(
  "P3.9 a parameter is asked for as CodeBuild does, signed for the job's region: %s",
  async (name) => {
    answer = json({
      Parameters: [{ Name: name, Type: "SecureString", Value: VALUE }],
      InvalidParameters: [],
    });
    expect(await parameter(name)).toEqual({ value: VALUE });
    expect(service.received.map(told)).toEqual([
      {
        asked: { Names: [name], WithDecryption: true },
        target: "AmazonSSM.GetParameters",
        signedBy: `${KEYS.accessKeyId}/eu-west-1/ssm`,
      },
    ]);
  },
);

test.each<[string, object, string]>([
  ["db", { SecretId: "db" }, `{"password":"${VALUE}","port":5432}`],
  ["db:password", { SecretId: "db" }, VALUE],
  ["db:port:AWSPREVIOUS", { SecretId: "db", VersionStage: "AWSPREVIOUS" }, "5432"],
  [`db:password::${VERSION}`, { SecretId: "db", VersionId: VERSION }, VALUE],
  [`db:password:MINE:${VERSION}`, { SecretId: "db", VersionStage: "MINE", VersionId: VERSION }, VALUE],
  [ARN, { SecretId: ARN }, `{"password":"${VALUE}","port":5432}`],
  [`${ARN}:password:AWSPREVIOUS`, { SecretId: ARN, VersionStage: "AWSPREVIOUS" }, VALUE],
])("P3.9 a secret's key, stage and version: %s", async (reference, asked, value) => {
  answer = json({ Name: "db", SecretString: `{"password":"${VALUE}","port":5432}` });
  expect(await secret(reference)).toEqual({ value });
  const signedBy = `${KEYS.accessKeyId}/eu-west-1/secretsmanager`;
  expect(service.received.map(told)).toEqual([{ asked, target: "secretsmanager.GetSecretValue", signedBy }]);
});

test("P3.9 what is kept here goes first, and nobody is asked for what it doesn't let be read", async () => {
  const secrets = both();
  answer = json({ SecretString: "outside" });
  await secrets.set(scope, "kept", "inside", undefined);
  await secrets.set(scope, "closed", "inside", ["pipeline:other"]);
  expect(await secret("kept", secrets)).toEqual({ value: "inside" });
  expect(await secret("closed", secrets)).toEqual({
    refused: "AccessDeniedException: secret closed does not allow pipeline app",
  });
  expect(await secret("kept::MINE", secrets)).toHaveProperty("refused");
  expect(service.received).toEqual([]);
});

test("each service is asked for its own kind, where it has an endpoint", async () => {
  const onlyParameters = secretsWith({ "endpoint.ssm": service.url, "credentials.ssm": keys });
  expect(await secret("db", onlyParameters)).toEqual({
    refused: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  });
  expect(service.received).toEqual([]);
});

test("A23 the services' keys are the root account's: no other account's builds get anything by them", async () => {
  answer = json({ Parameters: [{ Value: VALUE }] });
  expect(await parameter("/app/token", both(), { ...scope, account: "111122223333" })).toEqual({
    refused: "parameter does not exist: /app/token",
  });
  expect(service.received).toEqual([]);
});

test.each<[string, () => Promise<unknown>, Answer, string]>([
  [
    "a parameter that isn't there",
    () => parameter("/not/there"),
    json({ Parameters: [], InvalidParameters: ["/not/there"] }),
    "parameter does not exist: /not/there (/not/there, AWS Systems Manager at URL)",
  ],
  [
    "a secret that isn't there",
    () => secret("none"),
    json(
      { __type: "ResourceNotFoundException", Message: "Secrets Manager can't find the specified secret." },
      400,
    ),
    "ResourceNotFoundException: Secrets Manager can't find the specified secret. (none, AWS Secrets Manager at URL)",
  ],
  [
    "a key that it hasn't",
    () => secret("db:user"),
    json({ SecretString: `{"password":"${VALUE}"}` }),
    "ResourceNotFoundException: the secret's JSON object has no key user (db:user, AWS Secrets Manager at URL)",
  ],
  [
    "a secret of bytes",
    () => secret("db"),
    json({ SecretBinary: "AAEC" }),
    "InvalidRequestException: the secret holds bytes, and a variable takes text only (db, AWS Secrets Manager at URL)",
  ],
  [
    "keys that may not",
    () => parameter("/app/token"),
    json({ __type: "com.amazon.coral.service#AccessDeniedException", message: "no" }, 400),
    "AccessDeniedException: no (/app/token, AWS Systems Manager at URL)",
  ],
  [
    "a page of somebody else's",
    () => secret("db"),
    { status: 404, body: `<p>${VALUE}</p>` },
    "status 404:  (db, AWS Secrets Manager at URL)",
  ],
])("P3.10 %s: refused, with what was asked and where", async (_, ask, given, refused) => {
  answer = given;
  expect(await ask()).toEqual({ refused: refused.replace("URL", `${service.url}/`) });
});

test.each<[string, Answer | undefined, string]>([
  ["it fails", { status: 503, body: VALUE }, "it answered 503"],
  [
    "it throttles",
    json({ __type: "ThrottlingException", message: "Rate exceeded" }, 400),
    "it answered 400 ThrottlingException",
  ],
  ["it breaks off", undefined, "ECONNRESET"],
  ["it answers something else", { body: VALUE }, "its answer isn't understood"],
])("P0.11 the worker may ask again when %s", async (_, given, reason) => {
  answer = given;
  expect(await parameter("/app/token")).toEqual({ unavailable: `${where(SSM)}: ${reason}` });
  expect(await secret("db")).toEqual({ unavailable: `${where(SECRETS_MANAGER)}: ${reason}` });
});

test.each([
  {},
  { Parameters: {} },
  { Parameters: [null] },
  { Parameters: "one" },
  { Parameters: [{ Value: 1 }] },
  [[]],
])("A8 an answer of another shape is not understood: %j", async (given) => {
  answer = json(given);
  expect(await parameter("/app/token")).toEqual({
    unavailable: `${where(SSM)}: its answer isn't understood`,
  });
});

test("A25 a value that no variable could hold is refused", async () => {
  answer = json({ SecretString: "x".repeat(65_536) });
  expect(await secret("db")).toEqual({ value: "x".repeat(65_536) });
  answer = json({ SecretString: "x".repeat(65_537) });
  expect(await secret("db")).toEqual({
    refused: `the value has 65537 bytes, and a variable takes 65536 (db, ${where(SECRETS_MANAGER)})`,
  });
});

test("A18 no redirect is followed: the signature is for this place", async () => {
  answer = { status: 307, headers: { location: `${service.url}/elsewhere` } };
  expect(await secret("db")).toEqual({ refused: `status 307:  (db, ${where(SECRETS_MANAGER)})` });
  expect(service.received.map(({ path }) => path)).toEqual(["/"]);
});

test("a profile that isn't there is not made up for by other keys of the server's", async () => {
  const nameless = secretsWith({ "endpoint.ssm": service.url, "credentials.ssm": "no-such-profile" });
  expect(await parameter("/app/token", nameless)).toEqual({
    refused: `there is no profile no-such-profile in the AWS files: set credentials.ssm, or give the server AWS credentials of its own (/app/token, ${where(SSM)})`,
  });
  expect(service.received).toEqual([]);
});
