/** P0.16 the role of an approval's action, where its topic is told. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLogs } from "../../src/core/logs/index.ts";
import {
  createNotifications,
  type Destination,
  type FailedDelivery,
} from "../../src/core/notifications/index.ts";
import { openStore } from "../../src/core/store/open.ts";
import { DIRECT } from "../../src/network/index.ts";
import { stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";
import { type Answer, assumedRole, KEYS, outside, ROLE_KEYS } from "../worker/support/outside.ts";

const TOPIC = "arn:aws:sns:eu-west-1:000000000000:ship-it";
const ROLE = "arn:aws:iam::000000000000:role/approve";
const UNUSED = `[Millrace] roleArn ${ROLE} is not used by this provider here`;
const credentials = JSON.stringify(KEYS);

let database: EmptyDatabase;
let core: Harness;
let token: string;
beforeEach(async () => {
  database = await emptyDatabase();
  core = await harness(await openStore(database.place));
  // Signatures are made by the machine's clock.
  core.clock.now = Date.now();
  const definition = stages({ S: "s", B: "a" }, { configuration: { NotificationArn: TOPIC }, roleArn: ROLE });
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
  const execution = await core.start();
  const source = await core.take();
  await core.jobs.succeed(core.scope, source.id, {});
  token = (await core.execution(execution)).runs.B!.actions.a!.id;
});
afterEach(async () => {
  await core.close();
  await database.remove();
});

/** Delivers what is due, twice. */
async function deliver(destination: Destination) {
  const failures: FailedDelivery[] = [];
  const logs = createLogs(core.store);
  const notifications = createNotifications({
    ...core,
    way: DIRECT,
    logs,
    publicUrl: () => "https://ci.example",
    destinationOf: () => destination,
    onFailure: (failure) => failures.push(failure),
  });
  await notifications.deliver();
  core.clock.now += 60_000;
  await notifications.deliver();
  notifications.close();
  return { failures, texts: (await logs.read(token, 1)).map(({ text }) => text) };
}

/** An SNS, and an STS that answers so. */
async function services(answer: Answer) {
  const service = await outside(({ signedBy }) => (signedBy?.endsWith("/sts") ? answer : {}));
  return { ...service, signers: () => service.received.map(({ signedBy }) => signedBy) };
}

test("with endpoint.sts the topic is told as the role, taken in the approval's name", async () => {
  const { url, received, signers } = await services(assumedRole);
  const { texts, failures } = await deliver({
    endpoint: url,
    credentials,
    roles: { endpoint: url, credentials },
  });
  expect(signers()).toEqual(["AKIDOUTSIDE/eu-west-1/sts", "ASIAROLE/eu-west-1/sns"]);
  expect(Object.fromEntries(new URLSearchParams(received[0]?.body))).toEqual({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: ROLE,
    RoleSessionName: `AWSCodePipeline-${token}`,
  });
  expect(received[1]?.headers["x-amz-security-token"]).toBe(ROLE_KEYS.sessionToken);
  expect([texts, failures]).toEqual([[], []]);
});

test("a role that is refused is a failure that says so; the next try asks again", async () => {
  const { url, signers } = await services({
    status: 403,
    body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>",
  });
  const { failures } = await deliver({ endpoint: url, credentials, roles: { endpoint: url, credentials } });
  const reason = `the role ${ROLE} could not be assumed: not you`;
  expect(failures).toMatchObject([
    { reason, tries: 1 },
    { reason, tries: 2 },
  ]);
  expect(signers()).toEqual(["AKIDOUTSIDE/eu-west-1/sts", "AKIDOUTSIDE/eu-west-1/sts"]);
});

test("without it the topic is told with the server's keys, and the log says once that the role isn't used", async () => {
  const service = await outside((_, count) => (count === 1 ? { status: 500 } : {}));
  const { texts } = await deliver({ endpoint: service.url, credentials });
  expect(service.received.map(({ signedBy }) => signedBy)).toEqual([
    "AKIDOUTSIDE/eu-west-1/sns",
    "AKIDOUTSIDE/eu-west-1/sns",
  ]);
  expect(texts).toEqual([UNUSED]);
});

test("a receiver of the operator's own asks for no role", async () => {
  const { url } = await outside(() => ({}));
  expect((await deliver({ url, raw: false })).texts).toEqual([UNUSED]);
});
