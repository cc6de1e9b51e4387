/** What a delivery is answered with, and what is kept of it: the table of S1, row by row. */
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  DeleteWebhookCommand,
  GetPipelineExecutionCommand,
  ListPipelineExecutionsCommand,
  ListWebhooksCommand,
  PutWebhookCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pushedRevision } from "../../src/core/webhooks/push.ts";
import { parsePayload } from "../../src/services/webhooks/json.ts";
import { createHttpJobClient, type HttpJobClient } from "../../src/worker/index.ts";
import { approval, pipeline, source, stage } from "../codepipeline/support/declarations.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { deliver, signature } from "./support/github.ts";
import { pushPayload } from "./support/github-api.ts";
import {
  abandon,
  gitHubPipeline,
  gitHubSource,
  hmacWebhook,
  SECRET,
  triggers,
  withWebhook,
} from "./support/pipeline.ts";

const MAX_BODY = 64 * 1024;
const BEFORE = "1".repeat(40);

let fixture: Fixture;
let client: Fixture["client"];
let worker: HttpJobClient;

beforeAll(async () => {
  fixture = await startServer({ webhookMaxBody: MAX_BODY, webhookFailuresPerMinute: 10_000 });
  client = fixture.client;
  const { url: endpoint, region, credentials } = fixture.server;
  worker = createHttpJobClient({ endpoint, region, credentials: async () => credentials });
});
afterAll(async () => {
  worker.close();
  await fixture[Symbol.asyncDispose]();
});

let count = 0;
const fresh = () => `receiver-${++count}`;
/** A push of a commit that no other test pushes. */
const push = (changes: object = {}) => ({
  ...pushPayload("octo/shop", "refs/heads/main", BEFORE, randomUUID().replaceAll("-", "").padEnd(40, "0")),
  ...changes,
});

async function webhookOf(name: string) {
  const { webhooks = [] } = await client.send(new ListWebhooksCommand({}));
  const found = webhooks.find(({ definition }) => definition?.name === name);
  return {
    errorCode: found?.errorCode,
    errorMessage: found?.errorMessage,
    lastTriggered: found?.lastTriggered,
  };
}

/** Puts an error on the webhook, so that a test sees whether it is cleared. */
async function fail(url: string): Promise<void> {
  expect((await deliver(url, "{}", {})).status).toBe(401);
}

describe("S1.1 to S1.5: the URL (api.md §2.2, PutWebhook)", () => {
  test("S1.1 its id is 43 unguessable characters, below the public base", async () => {
    const url = await withWebhook(client, fresh());
    expect(url).toMatch(new RegExp(`^${fixture.server.url}/webhooks/[A-Za-z0-9_-]{43}$`));
  });

  test.each(["", "/", "/x/y", `/${"a".repeat(43)}`, `/${"a".repeat(42)}`])(
    "S1.3, S1.5 /webhooks%s answers 404, whatever its form",
    async (rest) => {
      const sent = await deliver(`${fixture.server.url}/webhooks${rest}`, "{}");
      expect([sent.status, sent.body]).toEqual([404, { message: "Not found." }]);
    },
  );

  test("S1.2 a trailing slash, another segment, or an encoded letter is another path; a query changes nothing", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const letter = url.at(-1) ?? "";
    const encoded = `${url.slice(0, -1)}%${letter.charCodeAt(0).toString(16)}`;
    for (const other of [`${url}/`, `${url}/x`, encoded]) {
      expect((await deliver(other, push(), { secret: SECRET })).status).toBe(404);
    }
    expect((await deliver(`${url}?a=b`, push(), { secret: SECRET })).body.result).toBe("started");
  });

  test.each(["GET", "PUT", "HEAD", "DELETE", "OPTIONS"])(
    "S1.4 %s answers 405, id known or not",
    async (method) => {
      const url = await withWebhook(client, fresh());
      for (const path of [url, `${fixture.server.url}/webhooks/${"a".repeat(43)}`]) {
        const answer = await fetch(path, { method });
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
      }
    },
  );

  test("S1.5, api.md §17 DeleteWebhook: the URL of a deleted webhook answers 404, and a new life has another", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await client.send(new DeleteWebhookCommand({ name }));
    expect((await deliver(url, push(), { secret: SECRET })).status).toBe(404);
    const { webhook } = await client.send(new PutWebhookCommand({ webhook: hmacWebhook(name) }));
    expect(webhook?.url).not.toBe(url);
  });

  test("S1.19 every answer is JSON, has a request id, and isn't kept by caches", async () => {
    const url = await withWebhook(client, fresh());
    for (const path of [url, `${url}/`]) {
      const { headers } = await deliver(path, push(), { secret: SECRET });
      expect(headers.get("content-type")).toBe("application/json");
      expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });
});

describe("S1.7, S1.8, S1.11, S1.12: the body (api.md Deliveries)", () => {
  test("S1.7 one that is larger than allowed answers 413; its owner is told only where the sender is known", async () => {
    const signed = fresh();
    const open = fresh();
    const urls = [
      await withWebhook(client, signed),
      await withWebhook(client, open, { authentication: "UNAUTHENTICATED", authenticationConfiguration: {} }),
    ];
    for (const url of urls) {
      const sent = await deliver(url, JSON.stringify({ a: "x".repeat(MAX_BODY) }), { secret: SECRET });
      expect([sent.status, sent.body]).toEqual([
        413,
        { message: `The delivery is larger than ${MAX_BODY} bytes.` },
      ]);
      expect(sent.headers.get("connection")).toBe("close");
    }
    expect(await webhookOf(signed)).toMatchObject({ errorCode: undefined });
    expect(await webhookOf(open)).toMatchObject({
      errorCode: "413",
      errorMessage: "The delivery is too large.",
    });
  });

  test("S1.7 the same for a body whose length isn't told before", async () => {
    const url = await withWebhook(client, fresh());
    const status = await new Promise((resolve, reject) => {
      const sending = request(url, { method: "POST" }, (answer) => resolve(answer.resume().statusCode));
      sending.on("error", reject);
      for (let sent = 0; sent <= MAX_BODY; sent += 1024) sending.write("x".repeat(1024));
      sending.end();
    });
    expect(status).toBe(413);
  });

  test("S1.8 an encoding other than identity answers 415", async () => {
    const url = await withWebhook(client, fresh());
    const sent = await deliver(url, push(), { secret: SECRET, headers: { "content-encoding": "gzip" } });
    expect([sent.status, sent.body]).toEqual([415, { message: "Unsupported encoding." }]);
  });

  test("S1.11 a content type that is neither JSON nor a form answers 415, and says which on the webhook", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const sent = await deliver(url, push(), { secret: SECRET, headers: { "content-type": "text/XML; a=b" } });
    expect([sent.status, sent.body]).toEqual([415, { message: "Unsupported content type." }]);
    expect(await webhookOf(name)).toMatchObject({
      errorCode: "415",
      errorMessage: "The content type 'text/xml' is not supported.",
    });
  });

  test.each(["application/json; charset=utf-8", "application/vnd.github+json", undefined])(
    "S1.14 %s is JSON",
    async (type) => {
      const url = await withWebhook(client, fresh());
      const body = Buffer.from(JSON.stringify(push()));
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: {
          ...(type !== undefined && { "content-type": type }),
          "x-hub-signature-256": `sha256=${signature("sha256", SECRET, body)}`,
        },
      });
      expect(await answer.json()).toMatchObject({ result: "started" });
    },
  );

  test("S1.14, S1.15 a form has the payload in its one field 'payload', and is signed as it is sent", async () => {
    const url = await withWebhook(client, fresh());
    const form = new URLSearchParams({
      a: "b",
      payload: JSON.stringify(push({ note: "ä + b%" })),
    }).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await deliver(url, form, { secret: SECRET, headers })).body).toMatchObject({ result: "started" });
    for (const wrong of ["a=b", "payload=%7B%7D&payload=%7B%7D", "payload=%7", "payload=%7B"]) {
      const sent = await deliver(url, wrong, { secret: SECRET, headers });
      expect([sent.status, sent.body.__type]).toEqual([400, "SerializationException"]);
    }
  });

  test("S1.12 what isn't a JSON object answers 400", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    for (const body of ["", "[1]", "{", '{"a":1,"a":2}', '{"a":1e400}']) {
      const sent = await deliver(url, body, { secret: SECRET });
      expect([sent.status, sent.body.__type]).toEqual([400, "SerializationException"]);
    }
    expect(await webhookOf(name)).toMatchObject({
      errorCode: "400",
      errorMessage: "The payload is not valid JSON.",
    });
  });

  test("S1.34 an id of a delivery that can't be printed, or is too long, answers 400", async () => {
    const url = await withWebhook(client, fresh());
    for (const key of ["x".repeat(101), "a\tb", "é"]) {
      const headers = { "x-github-delivery": key };
      expect((await deliver(url, push(), { secret: SECRET, headers })).status).toBe(400);
    }
  });
});

describe("S1.10: a ping", () => {
  test("answers pong, clears errors, and starts nothing", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await fail(url);
    const sent = await deliver(url, { zen: "Design for failure." }, { secret: SECRET, event: "ping" });
    expect([sent.status, sent.body]).toEqual([200, { result: "pong" }]);
    expect(await webhookOf(name)).toEqual({});
    expect(await triggers(client, name)).toEqual([]);
  });

  test("has to be authentic like any delivery", async () => {
    const url = await withWebhook(client, fresh());
    expect((await deliver(url, "{}", { event: "ping", secret: "another" })).status).toBe(403);
  });
});

describe("S1.13a to S1.13g: from an authentic delivery to an execution (api.md Deliveries)", () => {
  test("S1.13g a delivery that is meant for the pipeline starts it, is told so, and clears errors (api.md StartPipelineExecution)", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await fail(url);
    const before = Date.now();
    const sent = await deliver(url, push(), { secret: SECRET });
    expect(sent.status).toBe(200);
    const [execution] = await triggers(client, name);
    expect(sent.body).toEqual({
      result: "started",
      pipelineExecutionId: execution?.pipelineExecutionId,
    });
    expect(execution?.trigger).toEqual({
      triggerType: "Webhook",
      triggerDetail: `arn:aws:codepipeline:us-east-1:000000000000:webhook:${name}`,
    });
    const { lastTriggered, ...error } = await webhookOf(name);
    expect(error).toEqual({});
    expect(lastTriggered?.getTime()).toBeGreaterThanOrEqual(before);
  });

  test("S1.13d a filter that isn't met: nothing happens, and nothing is recorded", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await fail(url);
    const kept = await webhookOf(name);
    const sent = await deliver(url, push({ ref: "refs/heads/other" }), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([200, { result: "filtered" }]);
    expect(await webhookOf(name)).toEqual(kept);
    expect(await triggers(client, name)).toEqual([]);
  });

  test.each([{ deleted: true }, { after: "0".repeat(40) }])(
    "S1.13e a deleted branch is ignored: %j",
    async (change) => {
      const name = fresh();
      const url = await withWebhook(client, name);
      const sent = await deliver(url, push(change), { secret: SECRET });
      expect([sent.status, sent.body]).toEqual([200, { result: "ignored" }]);
      expect(await triggers(client, name)).toEqual([]);
    },
  );

  test("S1.13a a pipeline that was deleted: the webhook stays, and fails (api.md DeletePipeline)", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await client.send(new DeletePipelineCommand({ name }));
    const sent = await deliver(url, push(), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([
      404,
      { message: "The pipeline of this webhook does not exist." },
    ]);
    expect(await webhookOf(name)).toMatchObject({
      errorCode: "404",
      errorMessage: `The pipeline '${name}' does not exist.`,
    });
    await client.send(new CreatePipelineCommand({ pipeline: gitHubPipeline(name) }));
    expect((await deliver(url, push(), { secret: SECRET })).body.result).toBe("started");
    expect(await webhookOf(name)).toMatchObject({ errorCode: undefined });
  });

  test("S1.13b, E13.4 an action that the current version doesn't have in its first stage", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const renamed = gitHubSource({}, { name: "Renamed" });
    const stages = [stage("Source", renamed), stage("Deploy", approval({ name: "Fetch" }))];
    await client.send(new UpdatePipelineCommand({ pipeline: pipeline({ name, stages }) }));
    const sent = await deliver(url, push(), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([
      404,
      { message: "The action of this webhook does not exist." },
    ]);
    expect((await webhookOf(name)).errorMessage).toBe(
      `The action 'Fetch' is not in the first stage of the pipeline '${name}'.`,
    );
    expect(await triggers(client, name)).toEqual([]);
  });

  test("S1.13c, S2.12 a key that the action no longer has", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const codeCommit = source({ name: "Fetch" });
    const stages = [stage("Source", codeCommit), stage("Deploy", approval())];
    await client.send(new UpdatePipelineCommand({ pipeline: pipeline({ name, stages }) }));
    const sent = await deliver(url, push(), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([
      422,
      { message: "A filter names a configuration key that the action does not have." },
    ]);
    expect(await webhookOf(name)).toMatchObject({
      errorCode: "422",
      errorMessage: "Filter 1 names {Branch}, which action 'Fetch' does not have.",
    });
  });

  test("S2.10 placeholders have the values of the current version, when the delivery comes", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await client.send(new UpdatePipelineCommand({ pipeline: gitHubPipeline(name, { Branch: "next" }) }));
    expect((await deliver(url, push(), { secret: SECRET })).body.result).toBe("filtered");
    const next = await deliver(url, push({ ref: "refs/heads/next" }), { secret: SECRET });
    expect(next.body.result).toBe("started");
  });

  test("S1.13f, E2.12 beyond the limit of executions, one is started that failed at once", async () => {
    await using limited = await startServer({ maxConcurrentExecutions: 1 });
    const name = fresh();
    const declaration = { ...gitHubPipeline(name), pipelineType: "V2", executionMode: "QUEUED" } as const;
    await limited.client.send(new CreatePipelineCommand({ pipeline: declaration }));
    const { webhook } = await limited.client.send(new PutWebhookCommand({ webhook: hmacWebhook(name) }));
    const sent = await deliver(webhook?.url ?? "", push(), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([200, { result: "started" }]);
    const [failed] = await triggers(limited.client, name);
    expect(failed).toMatchObject({ status: "Failed" });
  });

  test("S1.17 a disabled transition or PollForSourceChanges refuses nothing", async () => {
    const name = fresh();
    const url = await withWebhook(client, name, {}, { PollForSourceChanges: "true" });
    expect((await deliver(url, push(), { secret: SECRET })).body.result).toBe("started");
  });
});

/** By source action: what the execution's jobs are told to deliver; an execution is bound to nothing else. */
async function boundRevisions(executionId: string) {
  const jobs = await worker.poll(
    {
      workerId: "test",
      maxBatchSize: 100,
      waitSeconds: 1,
      actionTypeIds: [
        { category: "Source", owner: "ThirdParty", provider: "GitHub", version: "1" },
        { category: "Source", owner: "AWS", provider: "CodeCommit", version: "1" },
      ],
    },
    new AbortController().signal,
  );
  const ofExecution = jobs.filter((job) => job.pipeline.executionId === executionId);
  return Object.fromEntries(
    ofExecution.map(({ pipeline: { action }, sourceRevision }) => [action, sourceRevision?.revisionId]),
  );
}

/** Ends the execution that the pipeline's creation started, so that the next one needn't wait. */
async function becomeIdle(name: string): Promise<void> {
  const { pipelineExecutionSummaries: [created] = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  await abandon(client, name, created?.pipelineExecutionId ?? "");
}

describe("S1.37: which commit is bound", () => {
  test("the pushed one, to the webhook's action alone (S1.39)", async () => {
    const name = fresh();
    const stages = [
      stage("Source", gitHubSource(), source({ name: "Other", outputArtifacts: [{ name: "More" }] })),
      stage("Deploy", approval()),
    ];
    await client.send(new CreatePipelineCommand({ pipeline: pipeline({ name, stages }) }));
    await becomeIdle(name);
    const { webhook } = await client.send(new PutWebhookCommand({ webhook: hmacWebhook(name) }));
    const pushed = push();
    const sent = await deliver(webhook?.url ?? "", pushed, { secret: SECRET });
    expect(await boundRevisions(sent.body.pipelineExecutionId ?? "")).toEqual({
      Fetch: pushed.after,
      Other: undefined,
    });
  });

  test("S1.32 none of a delivery that isn't signed", async () => {
    const name = fresh();
    const open = { authentication: "UNAUTHENTICATED", authenticationConfiguration: {} } as const;
    const url = await withWebhook(client, name, open);
    await becomeIdle(name);
    const sent = await deliver(url, push());
    expect(await boundRevisions(sent.body.pipelineExecutionId ?? "")).toEqual({ Fetch: undefined });
  });

  test.each([
    ["the action's branch and repository", {}, true],
    ["another branch", { ref: "refs/heads/other" }, false],
    ["a tag", { ref: "refs/tags/main" }, false],
    ["another repository", { repository: { full_name: "octo/shopping" } }, false],
    ["the repository in other letters", { repository: { full_name: "Octo/Shop" } }, true],
    ["no repository", { repository: {} }, false],
    ["no commit", { after: "main" }, false],
    ["a commit of 64 digits", { after: "a".repeat(64) }, true],
    ["a deletion", { after: "0".repeat(40) }, false],
  ])("a push that names %s: %j", (_, change, isBound) => {
    const pushed = push(change);
    const payload = parsePayload(Buffer.from(JSON.stringify(pushed)));
    const revision = { revisionId: pushed.after };
    const gitHub = { configuration: { Owner: "octo", Repo: "shop", Branch: "main" } };
    expect(pushedRevision(payload, gitHub)).toEqual(isBound ? revision : undefined);
    const connection = { configuration: { FullRepositoryId: "octo/shop", BranchName: "main" } };
    expect(pushedRevision(payload, connection)).toEqual(isBound ? revision : undefined);
    expect(pushedRevision(payload, { configuration: { BranchName: "main" } })).toBeUndefined();
  });
});

describe("S1.18, E13.2: deliveries in order", () => {
  test("each starts an execution of its own, in the order in which they came", async () => {
    const name = fresh();
    const declaration = { ...gitHubPipeline(name), pipelineType: "V2", executionMode: "QUEUED" } as const;
    await client.send(new CreatePipelineCommand({ pipeline: declaration }));
    const { webhook } = await client.send(new PutWebhookCommand({ webhook: hmacWebhook(name) }));
    const ids: (string | undefined)[] = [];
    for (let number = 0; number < 5; number++) {
      const sent = await deliver(webhook?.url ?? "", push(), { secret: SECRET });
      ids.unshift(sent.body.pipelineExecutionId);
    }
    expect((await triggers(client, name)).map(({ pipelineExecutionId }) => pipelineExecutionId)).toEqual(ids);
  });

  test("E13.2 in SUPERSEDED mode the last one waits, and the others make way", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const started: string[] = [];
    for (let number = 0; number < 3; number++) {
      started.push((await deliver(url, push(), { secret: SECRET })).body.pipelineExecutionId ?? "");
    }
    const statuses = await Promise.all(
      started.map(async (pipelineExecutionId) => {
        const asked = new GetPipelineExecutionCommand({ pipelineName: name, pipelineExecutionId });
        return (await client.send(asked)).pipelineExecution?.status;
      }),
    );
    expect(statuses).toEqual(["Superseded", "Superseded", "InProgress"]);
    await client.send(
      new StopPipelineExecutionCommand({
        pipelineName: name,
        pipelineExecutionId: started[2],
        abandon: true,
      }),
    );
    expect(await client.send(new StartPipelineExecutionCommand({ name }))).toBeDefined();
  });
});
