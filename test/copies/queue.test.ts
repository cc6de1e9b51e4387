/** The queue of copies, worked off by one server or several. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createArtifacts, type ObjectStore } from "../../src/core/artifacts/index.ts";
import { type Copies, createCopies, type FailedCopy } from "../../src/core/copies/index.ts";
import { replayPipeline } from "../../src/core/replay/index.ts";
import { account, content, objectStore, type Place } from "../artifacts/support.ts";
import { stages, version } from "../commands/definitions.ts";
import { type Harness, harness } from "../commands/harness.ts";

let place: Place;
let core: Harness;
let failures: FailedCopy[];
beforeEach(async () => {
  place = await objectStore();
  core = await harness(place.store);
  failures = [];
  for (const [name, region] of [
    ["artifacts", "us-east-1"],
    ["far", "eu-west-1"],
  ] as const)
    await place.objects.ensureBucket({ name, account, region, versioned: true });
});
afterEach(() => place[Symbol.asyncDispose]());

/** As a server on the same database has it. @param artifacts of its data directory */
function server(artifacts: Pick<ObjectStore, "copy" | "whereIs"> = place.objects): Copies {
  const { store, ambient, commands } = core;
  return createCopies({
    store,
    ambient,
    commands,
    artifacts,
    onFailure: (failure) => failures.push(failure),
  });
}

/** Begins what is due, and waits for its end. @returns when more is due */
async function work(...servers: Copies[]): Promise<(number | undefined)[]> {
  const next = await Promise.all(servers.map((one) => one.begin()));
  await Promise.all(servers.map((one) => one.close()));
  return next;
}

/** An execution whose action `b` in another region waits for a copy. @returns its job's id */
async function waiting(upload = true): Promise<string> {
  const definition = stages({ S: "s", B: "b" });
  const [source, far] = definition.stages;
  const actions = far!.actions.map((action) => ({ ...action, region: "eu-west-1", inputs: ["s-out"] }));
  await core.commands.createPipeline(
    core.scope,
    version({
      ...definition,
      stores: { ...definition.stores, "eu-west-1": { bucket: "far" } },
      stages: [source!, { ...far!, actions }],
    }),
    {},
    [],
  );
  await core.start();
  const job = await core.take();
  const { bucket, key } = job.work.outputs[0]!;
  const written = async () => undefined;
  if (upload)
    await place.objects.objects.put({ bucket, key }, { headers: {}, metadata: {} }, content("x"), {
      written,
    });
  await core.jobs.succeed(core.scope, job.id, {});
  const open = await core.store.read
    .selectFrom("job")
    .select("id")
    .where("ended", "is", null)
    .executeTakeFirstOrThrow();
  return open.id;
}

const statusOf = async (jobId: string) => (await core.job(jobId)).status;
const rows = () => core.store.read.selectFrom("artifact_copy").selectAll().execute();

test("E3.7 the job is Created until its copy is made, and can't be polled; then it is Queued, and the row is gone", async () => {
  const jobId = await waiting();
  expect([await statusOf(jobId), await core.poll()]).toEqual(["Created", []]);
  await work(server());
  expect([await statusOf(jobId), await rows()]).toEqual(["Queued", []]);
});

test("E3.7 two servers on one database make a copy once", async () => {
  const jobId = await waiting();
  const copy = vi.spyOn(place.objects, "copy");
  await work(server(), server());
  expect([copy.mock.calls.length, await statusOf(jobId), await rows()]).toEqual([1, "Queued", []]);
});

test("E3.7 two servers on one database fail an action once, when the object is missing", async () => {
  const jobId = await waiting(false);
  await work(server(), server());
  expect([await statusOf(jobId), await rows(), failures]).toEqual(["Closed", [], []]);
  expect(await core.history((await core.job(jobId)).execution_id)).toMatchObject([
    { status: "Succeeded" },
    { status: "Failed" },
  ]);
});

test("a server that hasn't the object's bytes leaves the copy to the one that has", async () => {
  const jobId = await waiting();
  await using elsewhere = await objectStore();
  const without = createArtifacts({ store: core.store, dataDir: elsewhere.dataDir, ambient: core.ambient });
  expect(await work(server(without))).toEqual([undefined]);
  expect(await statusOf(jobId)).toBe("Created");
  await without.close();
  await work(server());
  expect(await statusOf(jobId)).toBe("Queued");
});

test("a copy that a server died with is taken when its claim ends; before that it is left alone", async () => {
  const jobId = await waiting();
  const died = server({ whereIs: async () => "here", copy: () => new Promise(() => undefined) });
  await died.begin();
  await vi.waitFor(async () => expect((await rows())[0]?.due).toBe(core.clock.now + 10_000), {
    timeout: 30_000,
  });
  expect(await work(server())).toEqual([core.clock.now + 10_000]);
  expect(await statusOf(jobId)).toBe("Created");
  core.clock.now += 10_000;
  await work(server());
  expect(await statusOf(jobId)).toBe("Queued");
});

test("an error of the system is told, and the copy is tried again", async () => {
  const jobId = await waiting();
  const full = new Error("ENOSPC: no space left on device");
  await work(server({ whereIs: async () => "here", copy: () => Promise.reject(full) }));
  expect(failures).toMatchObject([{ err: full, from: expect.stringMatching(/^artifacts\/p\/s-out\//) }]);
  expect([await statusOf(jobId), (await rows())[0]?.due]).toEqual(["Created", core.clock.now + 5_000]);
  core.clock.now += 5_000;
  await work(server());
  expect(await statusOf(jobId)).toBe("Queued");
});

test("I37 the commands of copies, decided again, give what is stored", async () => {
  await waiting();
  await work(server());
  const { id } = await core.store.read.selectFrom("pipeline").select("id").executeTakeFirstOrThrow();
  const { steps, verdict } = await replayPipeline(core.store, id);
  expect(verdict).toEqual({ kind: "agrees", commands: 3 });
  expect(steps.at(-1)?.command).toBe("an input of 'b' of stage 'B' copied to its region");
});

test("E6.2, E11.7 what nobody waits for any more is forgotten", async () => {
  await waiting();
  await core.commands.deletePipeline(core.scope, "p");
  expect(await rows()).toEqual([]);
});
