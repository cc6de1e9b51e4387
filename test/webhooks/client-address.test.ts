/** Who a delivery comes from, with and without proxies (S1.26 to S1.31). */
import { ListWebhooksCommand, PutWebhookCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../../src/server/index.ts";
import { type Fixture, startServer } from "../codepipeline/support/server.ts";
import { deliver } from "./support/github.ts";
import { hmacWebhook, withWebhook } from "./support/pipeline.ts";

let proxied: Fixture;
let forwarded: Fixture;
let direct: Fixture;

beforeAll(async () => {
  const trustedProxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"];
  [proxied, forwarded, direct] = await Promise.all([
    startServer({ trustedProxies, webhookFailuresPerMinute: 10_000 }),
    startServer({ trustedProxies, forwardedHeader: "forwarded", webhookFailuresPerMinute: 10_000 }),
    startServer({ webhookFailuresPerMinute: 10_000 }),
  ]);
});
afterAll(() => Promise.all([proxied, forwarded, direct].map((fixture) => fixture[Symbol.asyncDispose]())));

let count = 0;

/** Whether deliveries with these headers come from within the range, each by its status. */
async function statuses(
  { client }: Fixture,
  AllowedIPRange: string,
  header: string,
  values: readonly (string | undefined)[],
): Promise<[string | undefined, number][]> {
  const url = await withWebhook(client, `from-${++count}`, {
    authentication: "IP",
    authenticationConfiguration: { AllowedIPRange },
    filters: [],
  });
  const answers: [string | undefined, number][] = [];
  for (const value of values)
    answers.push([value, (await deliver(url, "{}", { headers: { [header]: value } })).status]);
  return answers;
}

const all = (values: readonly (string | undefined)[], status: number) =>
  values.map((value) => [value, status]);

describe("S1.26: without trusted proxies", () => {
  test("the socket's peer is the client, whatever headers say", async () => {
    const given = [undefined, "198.51.100.1", "127.0.0.1"];
    expect(await statuses(direct, "127.0.0.0/8", "x-forwarded-for", given)).toEqual(all(given, 200));
    expect(await statuses(direct, "198.51.100.0/24", "x-forwarded-for", given)).toEqual(all(given, 403));
  });
});

describe("S1.27 to S1.29: behind trusted proxies", () => {
  test("the first address from the right that isn't a proxy is the client", async () => {
    const inside = [
      "198.51.100.1",
      "198.51.100.1:4711",
      " 198.51.100.1 ",
      "203.0.113.9, 198.51.100.1",
      "garbage, 198.51.100.1",
      "198.51.100.1, 10.1.2.3",
      "198.51.100.1, [2001:db8::1]:80, 10.1.2.3:80",
      "::ffff:198.51.100.1",
    ];
    expect(await statuses(proxied, "198.51.100.0/24", "x-forwarded-for", inside)).toEqual(all(inside, 200));
    const outside = [
      "198.51.100.1, 203.0.113.9",
      "198.51.100.1, unknown",
      "198.51.100.1, _hidden, 10.1.2.3",
      "198.51.100.1,",
      "198.51.100.1%eth0",
      "198.51.100.01",
      "3325256705",
      "[198.51.100.1]:80",
      "",
      Array.from({ length: 21 }, () => "198.51.100.1").join(","),
    ];
    expect(await statuses(proxied, "198.51.100.0/24", "x-forwarded-for", outside)).toEqual(all(outside, 403));
  });

  test("proxies all the way: the leftmost is the client; no header: the peer", async () => {
    expect(await statuses(proxied, "10.9.0.0/16", "x-forwarded-for", ["10.9.0.1, 10.1.2.3"])).toEqual([
      ["10.9.0.1, 10.1.2.3", 200],
    ]);
    expect(await statuses(proxied, "127.0.0.1", "x-forwarded-for", [undefined])).toEqual([[undefined, 200]]);
  });

  test("the other header is ignored always", async () => {
    const given = ["for=198.51.100.1"];
    expect(await statuses(proxied, "127.0.0.1", "forwarded", given)).toEqual(all(given, 200));
    expect(await statuses(forwarded, "127.0.0.1", "x-forwarded-for", ["198.51.100.1"])).toEqual([
      ["198.51.100.1", 200],
    ]);
  });

  test("Forwarded is read by RFC 7239", async () => {
    const inside = [
      "for=198.51.100.1",
      'For="198.51.100.1:4711";proto=http',
      "by=10.0.0.1;FOR=198.51.100.1 , for=10.1.2.3",
      'for="[2001:db8::1]:80";by="a,b", for=198.51.100.1',
    ];
    expect(await statuses(forwarded, "198.51.100.0/24", "forwarded", inside)).toEqual(all(inside, 200));
    const outside = [
      "for=198.51.100.1, proto=http",
      "for=198.51.100.1, for=unknown",
      "for=_hidden",
      "for=198.51.100.1;for=198.51.100.1",
      "198.51.100.1",
    ];
    expect(await statuses(forwarded, "198.51.100.0/24", "forwarded", outside)).toEqual(all(outside, 403));
  });
});

describe("S1.30, S1.31: ranges (api.md PutWebhook)", () => {
  test("bits beyond the prefix count for nothing, IPv6 is taken, IPv4 within IPv6 counts as IPv4", async () => {
    const cases = [
      ["198.51.100.77/24", "198.51.100.1", 200],
      ["198.51.100.1/32", "198.51.100.2", 403],
      ["198.51.100.1", "198.51.100.1", 200],
      ["0.0.0.0/0", "198.51.100.1", 200],
      ["0.0.0.0/0", "2001:470::1", 403],
      ["2001:470::/32", "2001:470:1::1", 200],
      ["::ffff:198.51.100.0/120", "198.51.100.1", 200],
    ] as const;
    for (const [range, client, status] of cases) {
      expect([range, await statuses(proxied, range, "x-forwarded-for", [client])]).toEqual([
        range,
        [[client, status]],
      ]);
    }
  });

  test("S1.40 the webhook names the address that was outside", async () => {
    const name = `from-${++count}`;
    const definition = {
      authentication: "IP",
      authenticationConfiguration: { AllowedIPRange: "198.51.100.0/24" },
    } as const;
    const url = await withWebhook(proxied.client, name, definition);
    const sent = await deliver(url, "{}", { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect([sent.status, sent.body]).toEqual([403, { message: "The delivery could not be authenticated." }]);
    const { webhooks = [] } = await proxied.client.send(new ListWebhooksCommand({}));
    expect(webhooks.find((webhook) => webhook.definition?.name === name)).toMatchObject({
      errorCode: "403",
      errorMessage: "The address 203.0.113.9 is not in the allowed range.",
    });
  });

  test.each(["", "x", "198.51.100.0/33", "198.51.100/24", "::1/129", "fe80::1%eth0", "198.51.100.1/-1"])(
    "'%s' is no range",
    async (AllowedIPRange) => {
      const webhook = hmacWebhook("none", {
        targetPipeline: "from-1",
        authentication: "IP",
        authenticationConfiguration: { AllowedIPRange },
      });
      await expect(direct.client.send(new PutWebhookCommand({ webhook }))).rejects.toMatchObject({
        name:
          AllowedIPRange === "" ? "ValidationException" : "InvalidWebhookAuthenticationParametersException",
      });
    },
  );

  test("a proxy that is no range, or another header, doesn't start the server", async () => {
    await expect(createServer({ trustedProxies: ["10.0.0.0/40"] })).rejects.toMatchObject({
      option: "trustedProxies",
    });
    await expect(createServer({ forwardedHeader: "via" })).rejects.toMatchObject({
      option: "forwardedHeader",
    });
  });
});
