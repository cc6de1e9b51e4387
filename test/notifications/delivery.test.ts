/** P5.4 under a clock that the test sets: the queue in the store, and a receiver that really listens. */
import { hash } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLogs } from "../../src/core/logs/index.ts";
import {
  createNotifications,
  type Destination,
  type FailedDelivery,
  type Notifications,
} from "../../src/core/notifications/index.ts";
import { openStore } from "../../src/core/store/open.ts";
import { DIRECT } from "../../src/network/index.ts";
import { stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";
import { type EmptyDatabase, emptyDatabase } from "../support/store.ts";
import { type Receiver, startReceiver } from "./support/receiver.ts";

const TOPIC = "arn:aws:sns:us-east-1:000000000000:ship-it";

let database: EmptyDatabase;
let core: Harness;
let receiver: Receiver;
let failures: FailedDelivery[];
let notifications: Notifications;
let execution: string;

/** Opens the test's database, as a server does that starts. */
async function boot(now?: number): Promise<void> {
  core = await harness(await openStore(database.place));
  if (now !== undefined) core.clock.now = now;
  notifications = deliverer({ url: receiver.url, raw: false });
}

function deliverer(destination: Destination | undefined): Notifications {
  return createNotifications({
    ...core,
    way: DIRECT,
    logs: createLogs(core.store),
    publicUrl: () => "https://ci.example",
    destinationOf: (topic) => (topic === TOPIC ? destination : undefined),
    onFailure: (failure) => failures.push(failure),
  });
}

beforeEach(async () => {
  database = await emptyDatabase();
  receiver = await startReceiver();
  failures = [];
  await boot();
  const definition = stages({ S: "s", B: "a" }, { configuration: { NotificationArn: TOPIC } });
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
  execution = await core.start();
  const source = await core.take();
  await core.jobs.succeed(core.scope, source.id, {});
});

afterEach(async () => {
  notifications.close();
  await core.close();
  await database.remove();
  await receiver[Symbol.asyncDispose]();
});

async function token(): Promise<string> {
  const { runs } = await core.execution(execution);
  return runs.B!.actions.a!.id;
}

async function answer(): Promise<void> {
  await core.run({
    type: "answerApproval",
    stage: "B",
    action: "a",
    token: await token(),
    executionId: execution,
    status: "Approved",
    summary: "go",
    by: "me",
  });
}

const queued = () => core.store.read.selectFrom("notification").selectAll().execute();

test("P5.4 what is still to be sent to one that doesn't answer stands behind what wasn't tried yet", async () => {
  const [fresh] = await queued();
  const tried = Array.from({ length: 40 }, (_, n) => ({ ...fresh!, id: `tried-${n}`, tries: 1, due: 0 }));
  await core.store.transaction((tx) => tx.insertInto("notification").values(tried).execute());
  await notifications.deliver();
  expect(receiver.received.map(({ body }) => JSON.parse(body).MessageId)).toContain(fresh!.id);
});

test("E5.1 a message is sent once", async () => {
  expect(await notifications.deliver()).toBeUndefined();
  expect(receiver.received).toHaveLength(1);
  expect(JSON.parse(JSON.parse(receiver.received[0]!.body).Message).approval.token).toBe(await token());
  await notifications.deliver();
  expect(receiver.received).toHaveLength(1);
  expect(failures).toEqual([]);
});

test("P5.3 with endpoint.sns the topic itself is told, by a signed Publish for its region", async () => {
  notifications.close();
  const credentials = JSON.stringify({ accessKeyId: "AKIATEST", secretAccessKey: "test" });
  notifications = deliverer({ endpoint: new URL("/", receiver.url).href, credentials });
  await notifications.deliver();
  const { path, headers, body } = receiver.received[0]!;
  const form = Object.fromEntries(new URLSearchParams(body));
  expect(form).toMatchObject({ Action: "Publish", TopicArn: TOPIC, Version: "2010-03-31" });
  expect(form.Subject).toMatch(/^APPROVAL NEEDED: AWS CodePipeline p for action a/);
  expect(JSON.parse(form.Message!).approval.token).toBe(await token());
  const distinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [String(value)]]),
  );
  const signed = {
    method: "POST",
    path,
    query: "",
    headers: distinct,
    bodyHash: hash("sha256", body, "hex"),
  };
  const { scope } = await core.access.verify(signed, { service: ["sns"], skewMs: Number.POSITIVE_INFINITY });
  expect(scope.region).toBe("us-east-1");
  expect(await queued()).toEqual([]);
});

test("E5.1 two servers that look at once send it once", async () => {
  const other = deliverer({ url: receiver.url, raw: false });
  await Promise.all([notifications.deliver(), other.deliver()]);
  expect(receiver.received).toHaveLength(1);
});

test("P5.4 what fails is tried ten times within an hour, 5 s to 10 min apart, then given up", async () => {
  receiver.status = 500;
  const began = core.clock.now;
  const waits: number[] = [];
  for (let due = await notifications.deliver(); due !== undefined; due = await notifications.deliver()) {
    waits.push((due - core.clock.now) / 1000);
    core.clock.now = due - 1;
    expect(await notifications.deliver()).toBe(due);
    core.clock.now = due;
  }
  expect(waits).toEqual([5, 25, 120, 450, 600, 600, 600, 600, 600]);
  expect(core.clock.now - began).toBe(3_600_000);
  expect(receiver.received).toHaveLength(10);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  expect(failures.map(({ tries, givenUp }) => [tries, givenUp])).toEqual(
    [...Array(10).keys()].map((index) => [index + 1, index === 9]),
  );
  expect(failures[0]).toMatchObject({ topic: TOPIC, pipeline: "p", reason: "it answered 500" });
  expect(await core.execution(execution)).toMatchObject({ status: "InProgress" });
});

test("P5.4 a receiver that comes back gets it at the next try", async () => {
  receiver.status = 503;
  core.clock.now = (await notifications.deliver())!;
  receiver.status = 204;
  expect(await notifications.deliver()).toBeUndefined();
  expect(receiver.received).toHaveLength(2);
  expect(await queued()).toEqual([]);
});

test("P5.4 it stops once the approval was answered", async () => {
  receiver.status = 500;
  core.clock.now = (await notifications.deliver())!;
  await answer();
  expect(await notifications.deliver()).toBeUndefined();
  expect(receiver.received).toHaveLength(1);
});

test("P5.4 it stops once the pipeline was deleted", async () => {
  receiver.status = 500;
  core.clock.now = (await notifications.deliver())!;
  await core.commands.deletePipeline(core.scope, "p");
  expect(await notifications.deliver()).toBeUndefined();
  expect(receiver.received).toHaveLength(1);
});

test("it survives a restart, in the middle of a try, too", async () => {
  receiver.status = 0;
  const trying = notifications.deliver();
  await receiver.has(1);
  notifications.close();
  await trying;
  const [row] = await queued();
  await core.close();

  receiver.status = 200;
  await boot(row!.due);
  expect(await notifications.deliver()).toBeUndefined();
  expect(receiver.received).toHaveLength(2);
  expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body);
  expect(failures).toEqual([]);
});

test("a receiver that doesn't answer is a failure after 10 s", async () => {
  receiver.status = 0;
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(limit.signal);
  const trying = notifications.deliver();
  await receiver.has(1);
  limit.abort(new DOMException("late", "TimeoutError"));
  expect(await trying).toBe(core.clock.now + 5_000);
  expect(timeout).toHaveBeenCalledWith(10_000);
  expect(failures).toMatchObject([{ reason: "it didn't answer within 10 s" }]);
  timeout.mockRestore();
});

test("redirects are failures and aren't followed", async () => {
  receiver.status = 302;
  await notifications.deliver();
  expect(receiver.received.map(({ path }) => path)).toEqual(["/hook"]);
  expect(failures).toMatchObject([{ reason: "it answered 302" }]);
});

test("a destination that nobody listens at is a failure that doesn't tell the URL", async () => {
  await receiver[Symbol.asyncDispose]();
  const unreachable = deliverer({ url: `${receiver.url}?key=hush`, raw: false });
  await unreachable.deliver();
  expect(failures).toMatchObject([{ reason: "ECONNREFUSED" }]);
  expect(JSON.stringify(failures)).not.toContain("hush");
  receiver = await startReceiver();
});

test("P5.4 without a destination the action's log says so, once, and the action waits", async () => {
  const nowhere = deliverer(undefined);
  expect(await nowhere.deliver()).toBeUndefined();
  await nowhere.deliver();
  const log = await createLogs(core.store).read(await token(), 1);
  expect(log).toEqual([
    {
      seq: 1,
      time: core.clock.now,
      stream: "system",
      text: `[Millrace] no destination is configured for ${TOPIC}: nobody was notified`,
    },
  ]);
  expect(await core.execution(execution)).toMatchObject({ status: "InProgress" });
});
