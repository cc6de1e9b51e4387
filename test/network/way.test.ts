/** Certificates and proxies of the operator's, for all that leaves this machine (S9.6, S9.7). */
import dns from "node:dns/promises";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type Allowed,
  DIRECT,
  parseAllowed,
  parseProxy,
  readAuthorities,
  send,
  type Way,
  withBundle,
} from "../../src/network/index.ts";
import { basicAuthentication, git } from "../../src/remotes/index.ts";
import { createServer } from "../../src/server/index.ts";
import { pinned } from "../../src/worker/git/pinned.ts";
import { type GitHub, gitHub, TOKEN } from "../webhooks/support/github.ts";
import {
  AUTHORITY,
  type Listening,
  type Proxying,
  passingOn,
  proxyServer,
  tlsServer,
} from "./support/tls.ts";

let folder: string;
let origin: Listening;
let proxy: Proxying;
let host: GitHub;
/** Headers of requests that reached the origin. */
const reached: { readonly url: string; readonly headers: NodeJS.Dict<string | string[]> }[] = [];
const authorities = readAuthorities(AUTHORITY);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-way-"));
  host = await gitHub();
  const pass = passingOn(() => Number(new URL(host.url).port));
  origin = await tlsServer((request, response) => {
    reached.push({ url: request.url ?? "", headers: request.headers });
    if (request.url?.includes(".git/")) return pass(request, response);
    response.end("reached");
  });
  proxy = await proxyServer(origin.port);
});
afterAll(async () => {
  for (const one of [origin, proxy, host]) await one[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  reached.length = 0;
  proxy.asked.length = 0;
  proxy.status = 200;
});
afterEach(() => void vi.restoreAllMocks());

const behind = (more: Partial<Way> = {}, user = ""): Way => ({
  authorities,
  proxy: parseProxy(`http://${user}127.0.0.1:${proxy.port}`)!,
  ...more,
});

async function get(url: string, way: Way, allowed: readonly string[] = [], timeLimit = 30_000) {
  const { status, body } = await send({
    method: "GET",
    url,
    headers: { authorization: "Bearer for the origin" },
    allowed: allowed.map((text) => parseAllowed(text) as Allowed),
    way,
    timeLimit,
    sizeLimit: 1_000,
  });
  return `${status} ${body.toString()}`;
}

/** What this machine says of every name; no address: it knows none. */
function named(...addresses: readonly string[]): void {
  const answer = addresses.map((address) => ({ address, family: 4 }));
  vi.spyOn(dns, "lookup").mockImplementation((async () => {
    if (answer.length === 0) throw Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    return answer;
  }) as never);
}

describe("S9.6: certificates", () => {
  const url = () => `https://127.0.0.1:${origin.port}/`;

  test("are verified, by the operator's file too", async () => {
    await expect(get(url(), DIRECT, ["127.0.0.1"])).rejects.toThrow("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    expect(await get(url(), { authorities }, ["127.0.0.1"])).toBe("200 reached");
  });

  test("the usual ones stay trusted", () => {
    expect(authorities.length).toBeGreaterThan(100);
  });

  test("of another name are refused, through a proxy too", async () => {
    named("140.82.121.3");
    await expect(get("https://github.invalid/", behind())).rejects.toThrow("ERR_TLS_CERT_ALTNAME_INVALID");
    await expect(get("https://git.example/", behind({ authorities: undefined }))).rejects.toThrow(
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    );
    expect(reached).toEqual([]);
  });
});

describe("S9.7: a proxy", () => {
  test("leads to the public internet; user and password are told to it alone", async () => {
    named("140.82.121.3");
    expect(await get("https://git.example/a?b", behind({}, "ada:p%40ss@"))).toBe("200 reached");
    expect(proxy.asked).toEqual([`CONNECT git.example:443 Basic ${btoa("ada:p@ss")}`]);
    expect(reached).toMatchObject([{ url: "/a?b", headers: { authorization: "Bearer for the origin" } }]);
    expect(reached[0]?.headers).toMatchObject({ host: "git.example" });
    expect(reached[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  test("knows names that this machine doesn't", async () => {
    named();
    expect(await get("https://git.example/", behind())).toBe("200 reached");
    expect(proxy.asked).toEqual(["CONNECT git.example:443"]);
  });

  test.each([
    ["localhost", "https://localhost/"],
    ["a name below it", "https://a.localhost/"],
    ["a cloud's own service", "https://metadata.google.internal/"],
    ["another port", "https://git.example:8443/"],
    ["http", "http://git.example/"],
  ])("isn't asked for %s, known here or not", async (_, url) => {
    named();
    await expect(get(url, behind())).rejects.toThrow("is not allowed; see --allow-outgoing.");
    expect(proxy.asked).toEqual([]);
  });

  test("isn't asked for what resolves to an address that isn't allowed", async () => {
    named("10.0.0.1");
    await expect(get("https://git.example/", behind())).rejects.toThrow("is not allowed");
    await expect(get("https://169.254.169.254/", behind())).rejects.toThrow("is not allowed");
    expect(proxy.asked).toEqual([]);
  });

  test("what is allowed inside is reached without it", async () => {
    expect(await get(`https://127.0.0.1:${origin.port}/`, behind(), ["127.0.0.0/8"])).toBe("200 reached");
    expect(proxy.asked).toEqual([]);
  });

  test("is asked as it is without TLS, for a host that is allowed", async () => {
    named("140.82.121.3");
    expect(await get("http://plain.example/x?y", behind({}, "ada:b@"), ["plain.example"])).toBe(
      "200 by proxy",
    );
    expect(proxy.asked).toEqual([`GET http://plain.example/x?y Basic ${btoa("ada:b")}`]);
  });

  test("that refuses, isn't there or says nothing is told of, and nothing was sent", async () => {
    named("140.82.121.3");
    proxy.status = 407;
    await expect(get("https://git.example/", behind())).rejects.toMatchObject({
      name: "OutgoingError",
      message: "the proxy answered 407",
      unsent: true,
    });
    const gone = behind({ proxy: parseProxy("http://127.0.0.1:9")! });
    await expect(get("https://git.example/", gone)).rejects.toMatchObject({
      message: "the proxy could not be reached: ECONNREFUSED",
      unsent: true,
    });
    proxy.status = 0;
    await expect(get("https://git.example/", behind(), [], 200)).rejects.toThrow(
      "didn't answer within 0.2 s",
    );
    expect(reached).toEqual([]);
  });
});

describe("git", () => {
  const signal = new AbortController().signal;

  test("trusts the same certificates, and goes through the proxy", async () => {
    await host.createRepository("octo/shop");
    const commit = await host.commit("octo/shop", "main", { "a.txt": "1" });
    named();
    const way = await withBundle(behind({}, "ada:p%40ss@"), folder);
    const url = "https://git.example/octo/shop.git";
    const config = await pinned(url, { allowed: [], way, service: "GitHub", signal });
    const token = basicAuthentication(url, { username: "x-access-token", password: TOKEN });
    const options = { signal, config: { ...config, ...token } };
    const listed = await git(["ls-remote", "--", url, "refs/heads/main"], options);
    expect(listed.toString()).toBe(`${commit}\trefs/heads/main\n`);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT git.example:443 Basic ${btoa("ada:p@ss")}`]));
  });

  test("is told where to connect without a proxy", async () => {
    named("140.82.121.3");
    expect(
      await pinned("https://git.example/a.git", { allowed: [], way: DIRECT, service: "GitHub", signal }),
    ).toEqual({
      "http.curloptResolve": "git.example:443:140.82.121.3",
    });
  });
});

describe("what is given", () => {
  test.each([
    ["proxy", "https://proxy.example", "it must be a URL like http://user:password@proxy.example:3128"],
    ["proxy", "proxy.example:3128", "it must be a URL like http://user:password@proxy.example:3128"],
    ["proxy", "http://ada:hush@a.b/path", "it must be a URL like http://user:password@proxy.example:3128"],
    ["caFile", "/nowhere/ca.pem", "/nowhere/ca.pem can't be read (ENOENT)"],
  ])("is refused at the start when it can't be: %s %s", async (option, value, message) => {
    const starting = createServer({ [option]: value, worker: false, logLevel: "silent" });
    await expect(starting).rejects.toMatchObject({ name: "ConfigurationError", option, message });
  });

  test.each([
    ["nothing", "", "holds no certificate in PEM"],
    ["a broken one", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 of"],
  ])("a file with %s is refused", async (_, content, message) => {
    const path = join(folder, "broken.pem");
    await writeFile(path, content);
    expect(() => readAuthorities(path)).toThrow(message);
  });
});
