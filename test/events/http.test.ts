/** `/events` as its readers see it: through a whole server, with executions that really happen (E12). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../src/core/store/open.ts";
import { createServer, type Server } from "../../src/server/index.ts";
import { openUsers } from "../../src/server/open-users.ts";
import { approval, stage } from "../codepipeline/support/declarations.ts";
import {
  BUILDER,
  build,
  createWorked,
  ORIGIN,
  pass,
  start,
  succeed,
  take,
  worked,
} from "../codepipeline/support/workers.ts";
import { clientsOf } from "../e2e/support/clients.ts";
import { type Parts, signed } from "../logs/support/signed.ts";
import { emptyDatabase } from "../support/store.ts";

const stack = new AsyncDisposableStack();
let server: Server;
let client: ReturnType<typeof clientsOf>["codepipeline"];
let place: Awaited<ReturnType<typeof emptyDatabase>>["place"];
let executionId: string;

/** Source passes with a summary that quotes a secret, Build waits. */
beforeAll(async () => {
  const database = await emptyDatabase();
  place = database.place;
  stack.defer(database.remove);
  server = stack.use(await createServer({ ...place, worker: false, logLevel: "error" }));
  const { url: endpoint, region, credentials } = server;
  client = stack.use(clientsOf({ endpoint, region, credentials })).codepipeline;
  const configuration = { Project: "app", Token: "hunter2" };
  executionId = await createWorked(
    client,
    worked([stage("Build", build({ configuration })), stage("Ok", approval())]),
  );
  await pass(client, ORIGIN);
  await succeed(client, await take(client, BUILDER), {
    executionDetails: { summary: "built with hunter2", externalExecutionId: "b-1" },
  });
});
afterAll(() => stack.disposeAsync());

const get = (path: string, parts: Parts = {}) => signed(server.url, path, server.credentials, parts);
const follow = (path: string, headers: Record<string, string> = {}) =>
  get(path, { headers: { accept: "text/event-stream", ...headers } });

interface Line {
  readonly position: number;
  readonly event: {
    readonly "detail-type": string;
    readonly detail: { readonly state: string; readonly [member: string]: unknown };
  };
}

async function lines(path: string): Promise<Line[]> {
  const answer = await get(path);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  const text = await answer.text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

/** The events of a stream as they come: `position level state`; a position alone where an event has none. */
async function* streamed(answer: Response): AsyncGenerator<string> {
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  let pending = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const blocks = (pending + chunk).split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) {
      const [, id = "", data] = /^id: (\d+)(?:\ndata: (.*))?$/.exec(block) ?? [];
      yield data === undefined ? id : `${id} ${told(JSON.parse(data) as Line["event"])}`;
    }
  }
}

const told = (event: Line["event"]) => `${event["detail-type"].split(" ")[1]} ${event.detail.state}`;

async function next(stream: AsyncGenerator<string>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) seen.push((await stream.next()).value);
  return seen;
}

test("E12.5 what has happened is read as lines, in order, with the positions to go on from", async () => {
  const all = await lines("/events");
  expect(all.map(({ event }) => told(event))).toEqual([
    "Pipeline STARTED",
    "Stage STARTED",
    "Action STARTED",
    "Action SUCCEEDED",
    "Stage SUCCEEDED",
    "Stage STARTED",
    "Action STARTED",
    "Action SUCCEEDED",
    "Stage SUCCEEDED",
    "Stage STARTED",
    "Action STARTED",
  ]);
  expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
  expect(await lines("/events?after=9")).toEqual(all.slice(9));
  expect(await lines(`/events?after=${all.length}`)).toEqual([]);
  expect(await lines("/events?after=1000000")).toEqual([]);
});

test("E12.3, E12.7 an action's end tells its page, and its summary without the secret", async () => {
  const [ended] = await lines("/events?after=7");
  expect(ended!.event.detail).toMatchObject({
    pipeline: "app",
    "execution-id": executionId,
    stage: "Build",
    "execution-result": {
      "external-execution-id": "b-1",
      "external-execution-url": "https://ci.example/app/b-1",
      "external-execution-summary": "built with ****",
    },
  });
});

test("E12.6 the notification form, where it is asked for", async () => {
  const answer = await get("/events?form=notification&after=8");
  const [line] = (await answer.text()).split("\n");
  expect((JSON.parse(line!) as { event: object }).event).toMatchObject({
    detailType: "CodePipeline Stage Execution State Change",
    additionalAttributes: {
      sourceActions: [
        { sourceActionName: "Fetch", sourceActionProvider: "Origin", sourceActionVariables: {} },
      ],
    },
  });
});

test("a stream tells what happens from now on, and goes on behind Last-Event-ID", async () => {
  const first = streamed(await follow("/events"));
  const here = (await first.next()).value as string;
  expect(here).toBe("11");
  await start(client);
  expect(await next(first, 3)).toEqual(["12 Pipeline STARTED", "13 Stage STARTED", "14 Action STARTED"]);
  await first.return(undefined);
  await pass(client, ORIGIN);

  // As a browser's EventSource comes back: to the same address, with what it saw last.
  const second = streamed(await follow("/events?after=0", { "last-event-id": "13" }));
  expect(await next(second, 6)).toEqual([
    "13",
    "14 Action STARTED",
    "15 Action SUCCEEDED",
    "16 Stage SUCCEEDED",
    "17 Stage STARTED",
    "18 Action STARTED",
  ]);
  await pass(client, BUILDER);
  expect(await next(second, 2)).toEqual(["19 Action SUCCEEDED", "20 Stage SUCCEEDED"]);
  await second.return(undefined);
});

test("of one pipeline, of one's own region: others are left out", async () => {
  expect((await lines("/events?pipeline=app")).length).toBeGreaterThan(0);
  expect(await lines("/events?pipeline=other")).toEqual([]);
});

test("api.md §9: a user reads what the policy allows with millrace:ReadEvents, and nothing else", async () => {
  const databaseUrl = "databaseUrl" in place ? { databaseUrl: place.databaseUrl } : {};
  await using opened = await openUsers({ dataDir: server.dataDir, ...databaseUrl });
  const policy = {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "millrace:ReadEvents",
      Resource: "arn:aws:codepipeline:us-east-1:000000000000:app",
    },
  };
  const user = await opened.users.create(
    { account: server.accountId, name: "reader" },
    { policy: JSON.stringify(policy), tags: {} },
  );
  const status = async (path: string) => (await signed(server.url, path, user)).status;
  expect(await status("/events?pipeline=app")).toBe(200);
  for (const path of ["/events", "/events?pipeline=other", "/explain?pipeline=app"])
    expect([path, await status(path)]).toEqual([path, 403]);
});

test("no signature, or a wrong one, is 403; another method, path, position or form is told what can be", async () => {
  expect((await fetch(`${server.url}/events`)).status).toBe(403);
  const wrong = { ...server.credentials, secretAccessKey: "wrong" };
  expect((await signed(server.url, "/events", wrong)).status).toBe(403);
  const post = await get("/events", { method: "POST", body: "x" });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
  expect((await get("/events/1")).status).toBe(404);
  for (const after of ["x", "-1", "1.5", "9".repeat(20)]) {
    const answer = await get(`/events?after=${after}`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: `after is '${after}': give the position of an event, or 0 for the first.` },
    ]);
  }
  const form = await get("/events?form=xml");
  expect([form.status, await form.json()]).toEqual([
    400,
    { message: "form is 'xml': give event or notification." },
  ]);
});

test("who wants what was cleared away is told where to go on, not given less in silence", async () => {
  const store = await openStore(place);
  try {
    await store.transaction(async (tx) => {
      await tx.deleteFrom("event").where("position", "<=", 5).execute();
      await tx.updateTable("event_pruning").set({ position: 5 }).execute();
    });
  } finally {
    await store.close();
  }
  for (const answer of [await get("/events?after=4"), await follow("/events", { "last-event-id": "2" })]) {
    expect(answer.status).toBe(410);
    expect(await answer.json()).toEqual({
      message: expect.stringMatching(/^events up to position 5 are not kept any more: go on with after=5,/),
    });
  }
  expect((await lines("/events?after=5"))[0]!.position).toBe(6);
  expect((await lines("/events"))[0]!.position).toBe(6);
});
