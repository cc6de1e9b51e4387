/** Deliveries that GitHub really made, as @octokit/webhooks-examples has recorded them. */
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePayload } from "../../src/services/webhooks/json.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { deliver } from "./support/github.ts";
import { SECRET, triggers, withWebhook } from "./support/pipeline.ts";

interface Recorded {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Recorded[];
const examplesOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer({ webhookDeliveriesPerMinute: 10_000 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

test("S1.16 every recorded payload of every event is read, with all of its members", () => {
  const counts = recorded.map(({ name, examples }) => {
    for (const example of examples) {
      const payload = parsePayload(Buffer.from(JSON.stringify(example)));
      expect([name, [...payload.keys()]]).toEqual([name, Object.keys(example)]);
    }
    return examples.length;
  });
  expect(counts.length).toBeGreaterThan(40);
});

describe("a webhook with the filter that AWS's console makes", () => {
  test("takes the recorded pushes to its branch, ignores deleted branches, and tags and other branches don't match", async () => {
    const pushes = examplesOf("push");
    expect(pushes.length).toBeGreaterThan(1);
    const started: unknown[] = [];
    for (const [index, push] of pushes.entries()) {
      const ref = String(push.ref);
      const branch = ref.replace("refs/heads/", "");
      const [Owner = "", Repo = ""] = String((push.repository as { full_name: string }).full_name).split("/");
      const name = `pushed-${index}`;
      const url = await withWebhook(fixture.client, name, {}, { Owner, Repo, Branch: branch });
      const sent = await deliver(url, push, { secret: SECRET });
      const expected = !ref.startsWith("refs/heads/") ? "filtered" : push.deleted ? "ignored" : "started";
      expect([ref, sent.body.result]).toEqual([ref, expected]);
      if (expected === "started") started.push(...(await triggers(fixture.client, name)));
    }
    expect(started.length).toBeGreaterThan(0);
  });

  test("S1.10 pongs to the recorded pings, and starts nothing for any other event", async () => {
    const url = await withWebhook(fixture.client, "others");
    for (const ping of examplesOf("ping")) {
      const sent = await deliver(url, ping, { secret: SECRET, event: "ping" });
      expect(sent.body).toEqual({ result: "pong" });
    }
    for (const event of ["pull_request", "issues", "release", "create", "delete", "star", "workflow_run"]) {
      const [example] = examplesOf(event);
      const sent = await deliver(url, example ?? {}, { secret: SECRET, event });
      expect([event, sent.body.result]).toEqual([event, "filtered"]);
    }
    expect(await triggers(fixture.client, "others")).toEqual([]);
  });
});
