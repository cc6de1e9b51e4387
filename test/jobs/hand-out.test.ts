import { afterEach, beforeEach, expect, test } from "vitest";
import { sealSecret } from "../../src/core/sealed-secret.ts";
import { BUILD, CUSTOM, SOURCE, stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let core: Harness;
beforeEach(async () => {
  core = await harness();
});
afterEach(() => core.close());

async function startedPipelines(count: number) {
  for (let index = 0; index < count; index++) {
    core.clock.now += 1;
    await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b" }), `p${index}`), {}, []);
    await core.start(`p${index}`);
  }
}

test("E3.9 jobs of a type are handed out oldest first, up to the number asked for", async () => {
  await startedPipelines(4);
  const names = async (max: number) => (await core.poll(max)).map((job) => job.pipelineName);
  expect(await names(1)).toEqual(["p0"]);
  expect(await names(2)).toEqual(["p1", "p2"]);
  expect(await names(5)).toEqual(["p3"]);
  expect(await names(5)).toEqual([]);
});

test("I20 many pollers at once share the jobs: each job once, each with a nonce of its own", async () => {
  await startedPipelines(20);
  const handed = (await Promise.all(Array.from({ length: 40 }, () => core.poll(1)))).flat();
  // On PostgreSQL a poller may pass by a job that another one is just taking.
  while (handed.length < 20) handed.push(...(await core.poll(20)));
  expect(new Set(handed.map((job) => job.id)).size).toBe(20);
  expect(new Set(handed.map((job) => job.nonce)).size).toBe(20);
  expect(handed).toHaveLength(20);
});

test("only jobs of the account, the region and the types asked for are handed out", async () => {
  await startedPipelines(1);
  const poll = (account: string, region: string | undefined, types = [SOURCE]) =>
    core.jobs.poll({ account, ...(region && { region }) }, { types, max: 1 });
  expect(await poll("111111111111", "us-east-1")).toEqual([]);
  expect(await poll("000000000000", "eu-west-1")).toEqual([]);
  expect(await poll("000000000000", "us-east-1", [BUILD])).toEqual([]);
  expect(await poll("000000000000", undefined)).toHaveLength(1);
});

test("T27 two workers, one job: the older nonce is dead, and the first result counts", async () => {
  await startedPipelines(1);
  const [first] = await core.poll(1);
  core.clock.now += 29_999;
  await core.jobs.expireLeases();
  expect(await core.poll(1)).toEqual([]);
  core.clock.now += 1;
  await core.jobs.expireLeases();
  const [second] = await core.poll(1);
  expect(second?.id).toBe(first!.id);
  expect(second?.nonce).not.toBe(first!.nonce);

  const { scope, jobs } = core;
  await expect(jobs.acknowledge(scope, first!.id, first!.nonce!)).rejects.toMatchObject({
    code: "InvalidNonce",
  });
  await jobs.succeed(scope, first!.id, { summary: "w1" });
  expect(await jobs.acknowledge(scope, first!.id, second!.nonce!)).toBe("Succeeded");
  await expect(jobs.succeed(scope, first!.id, { summary: "w2" })).rejects.toMatchObject({
    code: "OtherResult",
  });
});

test("E3.10, E3.11 once its lease is over a job's nonce is dead, but its worker's result counts", async () => {
  await startedPipelines(1);
  const [job] = await core.poll(1);
  core.clock.now += 30_000;
  await core.jobs.expireLeases();
  await expect(core.jobs.acknowledge(core.scope, job!.id, job!.nonce!)).rejects.toMatchObject({
    code: "InvalidNonce",
  });
  expect((await core.job(job!.id)).status).toBe("Queued");
  await core.jobs.succeed(core.scope, job!.id, {});
  expect((await core.poll()).map(({ action }) => action)).toEqual(["b"]);
});

test("E3.10 acknowledging again with the live nonce is answered alike, with another nonce refused", async () => {
  await startedPipelines(1);
  const [job] = await core.poll(1);
  expect(await core.jobs.acknowledge(core.scope, job!.id, job!.nonce!)).toBe("InProgress");
  expect(await core.jobs.acknowledge(core.scope, job!.id, job!.nonce!)).toBe("InProgress");
  for (const nonce of ["", "x", `${job!.nonce}x`, job!.nonce!.toUpperCase()]) {
    await expect(core.jobs.acknowledge(core.scope, job!.id, nonce)).rejects.toMatchObject({
      code: "InvalidNonce",
    });
  }
});

test("a job comes with credentials for an hour, renewed when it is looked at, and none once it has ended", async () => {
  await startedPipelines(1);
  const job = await core.take();
  expect(job.credentials?.expires).toBe(core.clock.now + 3_600_000);
  core.clock.now += 50_000;
  const again = await core.jobs.details(core.scope, job.id);
  expect(again.credentials?.expires).toBe(core.clock.now + 3_600_000);
  expect(again.nonce).toBe(job.nonce);
  await core.jobs.succeed(core.scope, job.id, {});
  const ended = await core.jobs.details(core.scope, job.id);
  expect(ended).not.toHaveProperty("credentials");
  expect(ended).not.toHaveProperty("nonce");
});

test("secrets are sealed in the queue and clear in the worker's hands only", async () => {
  const configuration = { Token: sealSecret(core.access, "hush"), S3Bucket: "b" };
  await core.commands.createPipeline(
    core.scope,
    version(stages({ S: "s", B: "b" }, { configuration })),
    {},
    [],
  );
  await core.start();
  const job = await core.take();
  expect(job.configuration).toEqual({ Token: "hush", S3Bucket: "b" });
  expect((await core.job(job.id)).work).not.toContain("hush");
});

test("api.md §15 a worker of a type with a queryable property gets the jobs with its value", async () => {
  await core.store.transaction((tx) =>
    tx
      .insertInto("action_type")
      .values({
        ...core.scope,
        category: CUSTOM.category,
        provider: CUSTOM.provider,
        version: CUSTOM.version,
        definition: JSON.stringify({
          actionConfigurationProperties: [
            { name: "Other", required: true, key: false, secret: false },
            { name: "ProjectName", required: true, key: true, secret: false, queryable: true },
          ],
        }),
        deleted: 0,
      })
      .execute(),
  );
  const configuration = { ProjectName: "it's \u0000 {}", Other: "o" };
  const definition = stages({ S: "s", B: "x" }, { configuration });
  await core.commands.createPipeline(core.scope, version(definition), {}, []);
  await core.start();
  await core.jobs.succeed(core.scope, (await core.take()).id, {});
  const poll = (value: string) =>
    core.jobs.poll(core.scope, { types: [CUSTOM], max: 1, query: { key: "ProjectName", value } });
  expect(await poll("it's")).toEqual([]);
  expect(await poll("it's \u0000 {}")).toHaveLength(1);
});

test("waiting pollers are woken by the commit that queues a job of their type, not by others", async () => {
  await core.commands.createPipeline(core.scope, version(stages({ S: "s", B: "b" })), {}, []);
  const never = new AbortController();
  const sources = core.jobs.wait(core.scope, [SOURCE], 60_000, never.signal);
  const builds = core.jobs.wait(core.scope, [BUILD, CUSTOM], 60_000, never.signal);
  await core.start();
  expect(await sources).toBe(true);
  never.abort();
  expect(await builds).toBe(false);
});

test("whoever begins to wait when a job is queued already doesn't wait", async () => {
  await startedPipelines(1);
  const never = new AbortController();
  expect(await core.jobs.wait(core.scope, [BUILD, SOURCE], 60_000, never.signal)).toBe(true);
});

test("waiting ends after the time asked for, or at once when it was given up before", async () => {
  const never = new AbortController();
  expect(await core.jobs.wait(core.scope, [SOURCE], 5, never.signal)).toBe(false);
  never.abort();
  expect(await core.jobs.wait(core.scope, [SOURCE], 60_000, never.signal)).toBe(false);
});
