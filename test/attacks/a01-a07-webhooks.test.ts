/** Deliveries that must start nothing, or start it once (attacks A1 to A7). */
import { randomUUID } from "node:crypto";
import { ListWebhooksCommand, PutWebhookCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { verdictBySignature } from "../../src/services/webhooks/authenticate.ts";
import { type Fixture, refusal, startServer } from "../codepipeline/support/server.ts";
import { deliver, signature } from "../webhooks/support/github.ts";
import { pushPayload } from "../webhooks/support/github-api.ts";
import { hmacWebhook, SECRET, triggers, withWebhook } from "../webhooks/support/pipeline.ts";

let fixture: Fixture;
let client: Fixture["client"];

beforeAll(async () => {
  fixture = await startServer({ webhookFailuresPerMinute: 10_000 });
  client = fixture.client;
});
afterAll(() => fixture[Symbol.asyncDispose]());

let count = 0;
const fresh = () => `attacked-${++count}`;
const push = (changes: object = {}) => ({
  ...pushPayload(
    "octo/shop",
    "refs/heads/main",
    "1".repeat(40),
    randomUUID().replaceAll("-", "").padEnd(40, "0"),
  ),
  ...changes,
});

async function errorOf(name: string) {
  const { webhooks = [] } = await client.send(new ListWebhooksCommand({}));
  const found = webhooks.find(({ definition }) => definition?.name === name);
  return found?.errorCode === undefined ? undefined : `${found.errorCode}: ${found.errorMessage}`;
}

/** With these headers in the place of GitHub's signatures. */
function signed(url: string, body: string, headers: Readonly<Record<string, string | undefined>>) {
  return deliver(url, body, { headers });
}

const sha256 = (body: string, secret = SECRET) => `sha256=${signature("sha256", secret, body)}`;
const sha1 = (body: string, secret = SECRET) => `sha1=${signature("sha1", secret, body)}`;

describe("A1: a delivery without a signature (api.md Deliveries)", () => {
  test("answers 401, starts nothing, and the webhook says so, without the body", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const sent = await deliver(url, push({ note: "unheard" }));
    expect([sent.status, sent.body]).toEqual([401, { message: "The delivery could not be authenticated." }]);
    expect(await errorOf(name)).toBe("401: The delivery carries no valid signature header.");
    expect(await triggers(client, name)).toEqual([]);
  });

  test("a wrong one answers 403 in the same words; the newest cause is kept", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    await deliver(url, push());
    const sent = await deliver(url, push(), { secret: "a guess" });
    expect([sent.status, sent.body]).toEqual([403, { message: "The delivery could not be authenticated." }]);
    expect(await errorOf(name)).toBe("403: The signature does not match the secret of the webhook.");
    expect(await triggers(client, name)).toEqual([]);
  });

  test("S1.6 after 60 in a minute from one address, 429 until there is room again", async () => {
    // There is room for one more with each second: none passes unless it is told to.
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    await using limited = await startServer();
    const name = fresh();
    const url = await withWebhook(limited.client, name);
    for (let sent = 0; sent < 60; sent++) expect((await deliver(url, "{}")).status).toBe(401);
    expect((await deliver(url, "{}")).status).toBe(429);
    const sent = await deliver(url, push(), { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([429, { message: "Too many requests." }]);
    expect(sent.headers.get("retry-after")).toBe("1");
    expect(await triggers(limited.client, name)).toEqual([]);
    vi.setSystemTime(Date.now() + 1_000);
    expect((await deliver(url, push(), { secret: SECRET })).status).toBe(200);
  });

  test("S1.6 300 deliveries of one webhook in a minute, whoever sends them; others aren't held up", async () => {
    await using limited = await startServer({ webhookDeliveriesPerMinute: 3 });
    const [url, other] = [
      await withWebhook(limited.client, fresh()),
      await withWebhook(limited.client, fresh()),
    ];
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent++)
      statuses.push((await deliver(url, push(), { secret: SECRET })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await deliver(other, push(), { secret: SECRET })).status).toBe(200);
  });
});

describe("A2: a signature that is guessed", () => {
  test("missing, short, long and other than hexadecimal ones answer 401, wrong ones 403, all after one comparison", async () => {
    const url = await withWebhook(client, fresh());
    const body = JSON.stringify(push());
    const right = sha256(body);
    for (const header of [
      undefined,
      "",
      "sha256=",
      right.slice(0, -1),
      `${right}0`,
      `${right.slice(0, -1)}g`,
      right.toUpperCase(),
      right.slice("sha256=".length),
      `sha512=${"0".repeat(64)}`,
    ]) {
      expect([header, (await signed(url, body, { "x-hub-signature-256": header })).status]).toEqual([
        header,
        401,
      ]);
    }
    const wrong = `sha256=${right.at(7) === "0" ? "1" : "0"}${right.slice(8)}`;
    expect((await signed(url, body, { "x-hub-signature-256": wrong })).status).toBe(403);
    const upper = `sha256=${right.slice(7).toUpperCase()}`;
    expect((await signed(url, body, { "x-hub-signature-256": ` ${upper} ` })).body.result).toBe("started");
  });

  test("how long it takes says nothing of how much of it is right", () => {
    const body = Buffer.alloc(1024, "a");
    const right = signature("sha256", SECRET, body);
    const almost = `${right.slice(0, -1)}${right.endsWith("0") ? "1" : "0"}`;
    const far = `${right.startsWith("0") ? "1" : "0"}${right.slice(1)}`;
    const nanoseconds = (hex: string) => {
      const request = { headersDistinct: { "x-hub-signature-256": [`sha256=${hex}`] } };
      const begin = process.hrtime.bigint();
      verdictBySignature(request, body, SECRET, false);
      return Number(process.hrtime.bigint() - begin);
    };
    // In turns: a machine that gets busier meanwhile does so for all of them.
    const rounds = Array.from({ length: 6000 }, () => ({
      almost: nanoseconds(almost),
      far: nanoseconds(far),
      short: nanoseconds("short"),
    })).slice(2000);
    const median = (form: "almost" | "far" | "short") =>
      rounds.map((times) => times[form]).sort((x, y) => x - y)[rounds.length / 2] ?? 0;
    const [ofAlmost, ofFar, ofShort] = [median("almost"), median("far"), median("short")];
    // An early end would be seen as less than the HMAC itself, which is nearly all of the time.
    expect(ofFar / ofAlmost).toBeGreaterThan(0.6);
    expect(ofShort / ofAlmost).toBeGreaterThan(0.6);
  });
});

describe("A3: which bytes, and which header", () => {
  test("the raw bytes count: the same values written otherwise are another body", async () => {
    const url = await withWebhook(client, fresh());
    const body = JSON.stringify(push());
    const rewritten = JSON.stringify(JSON.parse(body), undefined, 1);
    expect((await signed(url, rewritten, { "x-hub-signature-256": sha256(body) })).status).toBe(403);
  });

  test("a header that is there twice, or has a comma in it, has no value", async () => {
    const url = await withWebhook(client, fresh());
    const body = JSON.stringify(push());
    const right = sha256(body);
    for (const twice of [`${right}, ${right}`, `${right},`]) {
      expect((await signed(url, body, { "x-hub-signature-256": twice })).status).toBe(401);
    }
    const distinct = { headersDistinct: { "x-hub-signature-256": [right, right] } };
    expect(verdictBySignature(distinct, Buffer.from(body), SECRET, false)).toBe("malformed");
  });

  test("where sha256 is there it alone decides", async () => {
    const url = await withWebhook(client, fresh());
    const body = JSON.stringify(push());
    const both = { "x-hub-signature-256": sha256(body, "wrong"), "x-hub-signature": sha1(body) };
    expect((await signed(url, body, both)).status).toBe(403);
    const empty = { "x-hub-signature-256": "", "x-hub-signature": sha1(body) };
    expect((await signed(url, body, empty)).status).toBe(401);
    const other = { "x-hub-signature-256": sha256(body), "x-hub-signature": sha1(body, "wrong") };
    expect((await signed(url, body, other)).body.result).toBe("started");
  });

  test("S1.21 sha1 alone is taken, unless the operator refuses it; S1.24 sha256 under the older name, too", async () => {
    const url = await withWebhook(client, fresh());
    const [first, second] = [JSON.stringify(push()), JSON.stringify(push())];
    expect((await signed(url, first, { "x-hub-signature": sha1(first) })).body.result).toBe("started");
    expect((await signed(url, first, { "x-hub-signature": sha1(first, "wrong") })).status).toBe(403);
    expect((await signed(url, second, { "x-hub-signature": sha256(second) })).body.result).toBe("started");
    await using strict = await startServer({ webhookRefuseSha1: true });
    const strictUrl = await withWebhook(strict.client, fresh());
    expect((await signed(strictUrl, first, { "x-hub-signature": sha1(first) })).status).toBe(401);
    expect((await signed(strictUrl, first, { "x-hub-signature": sha256(first) })).body.result).toBe(
      "started",
    );
  });
});

describe("A4: another webhook's secret", () => {
  test("is wrong, and so is the one that was replaced, at once (S1.25)", async () => {
    const [x, y] = [fresh(), fresh()];
    const urlX = await withWebhook(client, x, {
      authenticationConfiguration: { SecretToken: "secret of X" },
    });
    const urlY = await withWebhook(client, y, {
      authenticationConfiguration: { SecretToken: "secret of Y" },
    });
    expect((await deliver(urlY, push(), { secret: "secret of X" })).status).toBe(403);
    const replaced = hmacWebhook(x, { authenticationConfiguration: { SecretToken: "another" } });
    await client.send(new PutWebhookCommand({ webhook: replaced }));
    expect((await deliver(urlX, push(), { secret: "secret of X" })).status).toBe(403);
    expect((await deliver(urlX, push(), { secret: "another" })).body.result).toBe("started");
  });
});

describe("A5: a delivery that is replayed", () => {
  const withId = (id: string) => ({ secret: SECRET, headers: { "x-github-delivery": id } });

  test("starts nothing more, by its id, whatever its body", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const id = randomUUID();
    expect((await deliver(url, push(), withId(id))).body.result).toBe("started");
    const again = await deliver(url, push(), withId(id));
    expect([again.status, again.body]).toEqual([200, { result: "duplicate" }]);
    expect(await triggers(client, name)).toHaveLength(1);
  });

  test("S1.35 a signed push is known by its body, too, whatever its id: the id isn't signed", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const body = push();
    expect((await deliver(url, body, { secret: SECRET })).body.result).toBe("started");
    expect((await deliver(url, body, { secret: SECRET })).body.result).toBe("duplicate");
    const noId = { secret: SECRET, headers: { "x-github-delivery": undefined } };
    expect((await deliver(url, body, noId)).body.result).toBe("duplicate");
    expect(await triggers(client, name)).toHaveLength(1);
  });

  test("S1.35 other bodies may repeat: a script that sends the same each time starts each time", async () => {
    const name = fresh();
    const url = await withWebhook(client, name, { filters: [] });
    for (let sent = 0; sent < 2; sent++)
      expect((await deliver(url, { go: "on" }, { secret: SECRET })).body.result).toBe("started");
    expect(await triggers(client, name)).toHaveLength(2);
  });

  test("S1.33 one that was refused or matched nothing may be sent again: GitHub's Redeliver", async () => {
    const url = await withWebhook(client, fresh());
    const id = randomUUID();
    const body = push();
    expect((await deliver(url, body, { ...withId(id), secret: "wrong" })).status).toBe(403);
    expect((await deliver(url, push({ ref: "refs/heads/x" }), withId(id))).body.result).toBe("filtered");
    expect((await deliver(url, body, withId(id))).body.result).toBe("started");
    expect((await deliver(url, body, withId(id))).body.result).toBe("duplicate");
  });

  test("S1.36, E13.3 of equal ones at once, one starts", async () => {
    const name = fresh();
    const url = await withWebhook(client, name);
    const body = push();
    const id = randomUUID();
    const sent = await Promise.all(Array.from({ length: 8 }, () => deliver(url, body, withId(id))));
    const results = sent.map(({ body: { result } }) => result).sort();
    expect(results).toEqual([...Array.from({ length: 7 }, () => "duplicate"), "started"]);
    expect(await triggers(client, name)).toHaveLength(1);
  });

  test("S1.34 ids are a webhook's own; that of the first header counts", async () => {
    const [url, other] = [await withWebhook(client, fresh()), await withWebhook(client, fresh())];
    const id = randomUUID();
    expect((await deliver(url, push(), withId(id))).body.result).toBe("started");
    expect((await deliver(other, push(), withId(id))).body.result).toBe("started");
    const headers = { "x-github-delivery": undefined, "x-gitea-delivery": id, "idempotency-key": "a" };
    expect((await deliver(url, push(), { secret: SECRET, headers })).body.result).toBe("duplicate");
  });
});

describe("A6: a ref that only looks like the branch", () => {
  test.each([
    "refs/heads/main-evil",
    "refs/heads/mainx",
    "refs/heads/Main",
    "xrefs/heads/main",
    "refs/heads/main/x",
  ])("%s isn't main", async (ref) => {
    const url = await withWebhook(client, fresh());
    expect((await deliver(url, push({ ref }), { secret: SECRET })).body.result).toBe("filtered");
  });

  test("`*` and `.` in a filter are themselves", async () => {
    const filters = [{ jsonPath: "$.ref", matchEquals: "refs/heads/*.x" }];
    const url = await withWebhook(client, fresh(), { filters });
    expect((await deliver(url, push({ ref: "refs/heads/a.x" }), { secret: SECRET })).body.result).toBe(
      "filtered",
    );
    expect((await deliver(url, push({ ref: "refs/heads/*.x" }), { secret: SECRET })).body.result).toBe(
      "started",
    );
  });
});

describe("A7: paths that would run code, or take for ever", () => {
  test.each([
    "$..[?(@.constructor.constructor('return process')())]",
    "$[(process.exit())]",
    "$.a[?(@.x =~ /(a+)+$/)]",
    "$.__proto__.constructor()",
  ])("%s is refused when the webhook is put", async (jsonPath) => {
    const name = fresh();
    const webhook = hmacWebhook(name, { filters: [{ jsonPath }] });
    await withWebhook(client, name);
    expect(await refusal(client.send(new PutWebhookCommand({ webhook })))).toBe(
      `InvalidWebhookFilterPatternException: Invalid JSONPath expression in filter 1: '${jsonPath}'.`,
    );
  });

  test("__proto__ and constructor are names without a meaning, and nothing is left on prototypes", async () => {
    const url = await withWebhook(client, fresh(), { filters: [{ jsonPath: "$.constructor.name" }] });
    expect((await deliver(url, push(), { secret: SECRET })).body.result).toBe("filtered");
    const poisoned = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    await deliver(url, poisoned, { secret: SECRET });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("A8, S1.16 10,000 levels answer 400", async () => {
    const url = await withWebhook(client, fresh());
    const body = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    expect((await deliver(url, body, { secret: SECRET })).status).toBe(400);
  });

  test("S2.4 a path that multiplies ends at its limit, and says so", async () => {
    const name = fresh();
    const filters = [{ jsonPath: `$${"..[*]".repeat(29)}` }];
    const url = await withWebhook(client, name, { filters });
    const wide = JSON.stringify({
      a: Array.from({ length: 90 }, () => Array.from({ length: 90 }, () => [[[1]]])),
    });
    const sent = await deliver(url, wide, { secret: SECRET });
    expect([sent.status, sent.body]).toEqual([422, { message: "A filter takes too long to evaluate." }]);
    expect(await errorOf(name)).toBe("422: A filter takes too long to evaluate.");
  });
});
