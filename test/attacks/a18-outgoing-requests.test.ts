/** Requests that leave this machine reach allowed destinations only, whatever names, addresses and redirects say (attack A18, S9). */

import dns from "node:dns/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RegisterWebhookWithThirdPartyCommand } from "@aws-sdk/client-codepipeline";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { post } from "../../src/core/notifications/post.ts";
import {
  type Allowed,
  allowedByUrl,
  DIRECT,
  parseAllowed,
  resolveDestination,
  send,
} from "../../src/network/index.ts";
import { pinned } from "../../src/worker/git/pinned.ts";
import { refusal, startServer } from "../codepipeline/support/server.ts";
import { withWebhook } from "../webhooks/support/pipeline.ts";

let inside: Server;
let port: number;
let asked: string[];

beforeAll(async () => {
  asked = [];
  inside = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    const to =
      request.url === "/loop" ? "/loop" : new URL(request.url ?? "", "http://x").searchParams.get("to");
    if (to === null) response.end("inside");
    else response.writeHead(307, { location: to }).end();
  });
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => inside.close(resolve)));
afterEach(() => {
  vi.restoreAllMocks();
  asked = [];
});

const entries = (...texts: readonly string[]): Allowed[] =>
  texts.map((text) => {
    const entry = parseAllowed(text);
    if (entry === undefined) throw new Error(`${text} is no entry`);
    return entry;
  });

const get = (url: string, allowed: readonly Allowed[] = [], redirects = 3) =>
  send({
    method: "GET",
    url,
    headers: { authorization: "Bearer secret" },
    allowed,
    way: DIRECT,
    redirects,
    timeLimit: 30_000,
    sizeLimit: 1_000,
  });

/** The name has these addresses, for whoever asks. */
function named(...addresses: readonly string[]): void {
  vi.spyOn(dns, "lookup").mockImplementation((async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))) as never);
}

const REFUSED = "is not allowed; see --allow-outgoing.";

describe("S9.3: addresses that aren't the public internet", () => {
  test.each([
    "https://127.0.0.1/",
    "https://localhost/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/",
    "https://172.31.255.255/",
    "https://192.168.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a00:1]/",
    "https://[::7f00:1]/",
    "https://[::ffff:0:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[4000::1]/",
  ])("%s is refused", async (url) => {
    await expect(resolveDestination(new URL(url), [])).rejects.toThrow(REFUSED);
  });

  test.each(["https://140.82.121.4/", "https://[2606:50c0:8000::153]/", "https://[64:ff9b::8c52:7904]/"])(
    "%s is the public internet",
    async (url) => {
      await expect(resolveDestination(new URL(url), [])).resolves.toMatchObject({ port: 443 });
    },
  );

  test("S9.2 every address of a name counts: one inside is enough to refuse it", async () => {
    named("140.82.121.4", "10.0.0.1");
    await expect(resolveDestination(new URL("https://rebound.example/"), [])).rejects.toThrow(
      `The address of rebound.example ${REFUSED}`,
    );
  });

  test("S9.7 the refusal doesn't tell the address that was found", async () => {
    named("10.9.8.7");
    await expect(resolveDestination(new URL("https://inside.example/"), [])).rejects.not.toThrow("10.9.8.7");
  });
});

describe("S9.1: schemes, ports, credentials", () => {
  test.each(["file:///etc/passwd", "ftp://140.82.121.4/", "gopher://140.82.121.4/", "data:,x"])(
    "%s is no request",
    async (url) => {
      await expect(resolveDestination(new URL(url), entries("140.82.121.4"))).rejects.toThrow("use https");
    },
  );

  test("http and other ports are for hosts that are allowed for it", async () => {
    for (const url of ["http://140.82.121.4/", "https://140.82.121.4:22/"]) {
      await expect(resolveDestination(new URL(url), [])).rejects.toThrow(REFUSED);
      await expect(resolveDestination(new URL(url), entries("140.82.121.4"))).resolves.toBeDefined();
    }
  });

  test("user and password in a URL are refused", async () => {
    await expect(resolveDestination(new URL("https://a:b@140.82.121.4/"), [])).rejects.toThrow(
      "must not hold a user or password",
    );
  });
});

describe("S9.4: what is allowed besides", () => {
  const cases = [
    ["10.0.0.0/8", "https://10.1.2.3/", true],
    ["10.0.0.0/8:8443", "https://10.1.2.3:8443/", true],
    ["10.0.0.0/8:8443", "https://10.1.2.3/", false],
    ["10.1.2.3:8443", "https://10.1.2.3:8443/", true],
    ["[::1]:8443", "https://[::1]:8443/", true],
    ["169.254.0.0/16", "https://169.254.169.254/", false],
    ["0.0.0.0/0", "https://169.254.169.254/", false],
    ["169.254.169.254", "https://169.254.169.254/", true],
  ] as const;

  test.each(cases)("%s for %s: %s", async (entry, url, isAllowed) => {
    const resolved = resolveDestination(new URL(url), entries(entry));
    await (isAllowed ? expect(resolved).resolves.toBeDefined() : expect(resolved).rejects.toThrow(REFUSED));
  });

  test("names: of hosts, with ports, and of all below a domain; never to where a cloud's secrets are", async () => {
    named("10.1.2.3");
    const allowed = async (entry: string, url: string) =>
      resolveDestination(new URL(url), entries(entry)).then(
        () => true,
        () => false,
      );
    expect(await allowed("git.example", "https://git.example/")).toBe(true);
    expect(await allowed("git.example", "https://GIT.example./")).toBe(true);
    expect(await allowed("git.example:8443", "https://git.example/")).toBe(false);
    expect(await allowed("*.example", "https://git.example/")).toBe(true);
    expect(await allowed("*.example", "https://example/")).toBe(false);
    expect(await allowed("git.example", "https://evilgit.example/")).toBe(false);
    named("169.254.169.254");
    expect(await allowed("git.example", "https://git.example/")).toBe(false);
  });
});

describe("P0.11: what a setting names is allowed as it is", () => {
  test.each(["http://hook_receiver:8080/a", "http://[::1]:8080/", "https://10.0.0.1/", "http://localhost./"])(
    "%s",
    async (url) => {
      named("10.0.0.1");
      const entry = allowedByUrl(url);
      await expect(resolveDestination(new URL(url), [entry])).resolves.toBeDefined();
      await expect(resolveDestination(new URL("http://10.0.0.2:8080/"), [entry])).rejects.toThrow(REFUSED);
    },
  );
});

describe("S9.2, S9.5: connections and redirects", () => {
  test("a name is looked up once: what it says afterwards counts for nothing (rebinding)", async () => {
    const lookup = vi.spyOn(dns, "lookup");
    lookup.mockImplementationOnce((async () => [{ address: "127.0.0.1", family: 4 }]) as never);
    lookup.mockImplementation((async () => [{ address: "169.254.169.254", family: 4 }]) as never);
    const answer = await get(`http://rebinding.example:${port}/`, entries(`127.0.0.1:${port}`));
    expect(answer.body.toString()).toBe("inside");
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  test("a redirect to another origin isn't followed, so nothing is asked there and no token goes there", async () => {
    const here = `http://127.0.0.1:${port}`;
    const allowed = entries(`127.0.0.1:${port}`);
    for (const to of [
      "http://169.254.169.254/",
      `http://localhost:${port}/`,
      "https://10.0.0.1/",
      "file:///etc/passwd",
    ]) {
      asked = [];
      expect((await get(`${here}/?to=${encodeURIComponent(to)}`, allowed)).status).toBe(307);
      expect(asked).toHaveLength(1);
    }
    expect((await get(`${here}/?to=/next`, allowed)).body.toString()).toBe("inside");
  });

  test("redirects end after three", async () => {
    const allowed = entries(`127.0.0.1:${port}`);
    const { status } = await get(`http://127.0.0.1:${port}/loop`, allowed);
    expect(status).toBe(307);
    expect(asked).toHaveLength(4);
  });

  test("S9.6 an answer larger than its limit is cut off", async () => {
    const request = {
      method: "GET",
      headers: {},
      allowed: entries("127.0.0.1"),
      way: DIRECT,
      timeLimit: 30_000,
    } as const;
    await expect(send({ ...request, url: `http://127.0.0.1:${port}/`, sizeLimit: 3 })).rejects.toThrow(
      "larger than 3 bytes",
    );
  });
});

describe("whoever sends requests goes through it", () => {
  test("registering a webhook: to a GitHub that resolves to this machine, no byte is sent", async () => {
    await using fixture = await startServer();
    const { client } = fixture;
    await withWebhook(client, "outgoing");
    named("127.0.0.1");
    const text = await refusal(
      client.send(new RegisterWebhookWithThirdPartyCommand({ webhookName: "outgoing" })),
    );
    expect(text).toBe(
      `ValidationException: GitHub could not be reached: The address of api.github.com ${REFUSED}`,
    );
    expect(asked).toEqual([]);
  });

  test("git over http: the destination is checked, and its addresses are fixed for git", async () => {
    const { signal } = new AbortController();
    await expect(
      pinned("https://127.0.0.1/a/b.git", { allowed: [], way: DIRECT, service: "GitHub", signal }),
    ).rejects.toMatchObject({
      type: "ConfigurationError",
      message: `The address of 127.0.0.1 ${REFUSED}`,
    });
    named("140.82.121.4", "2606:50c0:8000::153");
    expect(
      await pinned("https://github.com/a/b.git", { allowed: [], way: DIRECT, service: "GitHub", signal }),
    ).toEqual({
      "http.curloptResolve": "github.com:443:140.82.121.4,[2606:50c0:8000::153]",
    });
  });

  test("notifications of approvals: a name that resolves to where a cloud's secrets are isn't asked", async () => {
    named("169.254.169.254");
    const message = { url: "https://hook.example/", headers: {}, body: "{}" };
    const { signal } = new AbortController();
    expect(await post(message, DIRECT, signal)).toBe(`The address of hook.example ${REFUSED}`);
  });
});
