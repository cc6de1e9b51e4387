/**
 * A stand-in for GitHub on this machine: its API for hooks, repositories over git's own smart HTTP, and deliveries with
 * its signatures. It checks what it is sent as GitHub would.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { commitAt, gitEnvironment, tipOf } from "../../support/git.ts";
import { type Api, createApi } from "./github-api.ts";

const run = promisify(execFile);

/** Where git keeps what it would itself start as a process more. */
const programs = execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim();

export const TOKEN = "ghp_recorded_by_nobody_0123456789";

/** What git shows GitHub, and what it shows the hosts of other connections, for which this one stands in, too. */
const OPEN_IT = [`x-access-token:${TOKEN}`, `oauth2:${TOKEN}`, `${TOKEN}:x-oauth-basic`, `ada:${TOKEN}`].map(
  (pair) => `Basic ${Buffer.from(pair).toString("base64")}`,
);

export interface GitHub extends AsyncDisposable, Api {
  readonly url: string;
  readonly apiUrl: string;
  /** Where its repositories are. */
  readonly folder: string;
  /** Makes an empty repository. */
  createRepository(fullName: string): Promise<void>;
  /** Adds a commit to a branch that holds these files alone. @returns its id */
  commit(fullName: string, branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  git(fullName: string, ...args: string[]): Promise<string>;
  /** From now on anybody may read the repository, and whoever asks for it is noted. */
  publish(fullName: string): void;
  /** What was shown by those who asked for public repositories; undefined: nothing. */
  readonly shown: readonly (string | undefined)[];
  /** From now on the token opens nothing, until it is restored. */
  revoke(): void;
  /** How often a repository's refs were listed by who may. */
  looks(fullName: string): number;
  restore(): void;
  /** From now on git waits for an answer. */
  stall(): Stall;
  /** From now on git's lists of a repository's refs come late: as they were when they were asked for. */
  holdRefs(fullName: string): Stall;
}

export interface Stall {
  /** Resolves when git has asked for something. */
  readonly asked: Promise<void>;
  release(): void;
}

interface Stalled {
  asked(): void;
  readonly over: Promise<void>;
}

function newStall(end: () => void): Stalled & { readonly stall: Stall } {
  const asked = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  return {
    asked: asked.resolve,
    over: over.promise,
    stall: {
      asked: asked.promise,
      release() {
        end();
        over.resolve();
      },
    },
  };
}

export async function gitHub(): Promise<GitHub> {
  const folder = await mkdtemp(join(tmpdir(), "millrace-github-"));
  const api = createApi(TOKEN);
  let revoked = false;
  let stalled: Stalled | undefined;
  const held = new Map<string, Stalled>();
  const looks = new Map<string, number>();
  const isPublic = new Set<string>();
  const shown: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://host").pathname;
    if (revoked) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end("{}");
      return;
    }
    if (OPEN_IT.includes(request.headers.authorization ?? "")) looks.set(path, (looks.get(path) ?? 0) + 1);
    if (path === "/" || path.startsWith("/api/")) return void api.handle(request, response);
    stalled?.asked();
    void (stalled?.over ?? Promise.resolve()).then(() => {
      const repository = /^\/(.+?)\.git\//.exec(path)?.[1] ?? "";
      if (!isPublic.has(repository)) return serveGit(folder, request, response, held.get(repository));
      shown.push(request.headers.authorization);
      return answerGit(folder, request, response, held.get(repository));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const git = async (fullName: string, ...args: string[]) => {
    const { stdout } = await run("git", [`--git-dir=${join(folder, `${fullName}.git`)}`, ...args], {
      env: gitEnvironment,
    });
    return stdout.trim();
  };

  return {
    ...api,
    url,
    folder,
    apiUrl: `${url}/api/v3`,
    looks: (fullName) => looks.get(`/${fullName}.git/info/refs`) ?? 0,
    publish: (fullName) => void isPublic.add(fullName),
    shown,
    revoke: () => {
      revoked = true;
    },
    restore: () => {
      revoked = false;
    },
    stall() {
      const { stall, ...waiting } = newStall(() => {
        stalled = undefined;
      });
      stalled = waiting;
      return stall;
    },
    holdRefs(fullName) {
      const { stall, ...waiting } = newStall(() => held.delete(fullName));
      held.set(fullName, waiting);
      return stall;
    },
    git,
    async createRepository(fullName) {
      const path = join(folder, `${fullName}.git`);
      await mkdir(path, { recursive: true });
      await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", path], { env: gitEnvironment });
      await git(fullName, "config", "uploadpack.allowReachableSHA1InWant", "true");
      api.addRepository(fullName);
    },
    async commit(fullName, branch, files) {
      const ref = `refs/heads/${branch}`;
      const gitDir = join(folder, `${fullName}.git`);
      const parent = await tipOf(gitDir, ref);
      const before = parent ?? "0".repeat(40);
      const stream = [
        `commit ${ref}`,
        "committer Ada <ada@example.com> 1700000000 +0000",
        data(`Change ${Object.keys(files).join(", ")}`),
        ...(parent === undefined ? [] : [`from ${parent}`, "deleteall"]),
        ...Object.entries(files).flatMap(([name, text]) => [`M 100644 inline ${name}`, data(text)]),
        "",
      ].join("\n");
      const importing = spawn("git", [`--git-dir=${gitDir}`, "fast-import", "--quiet"], {
        env: gitEnvironment,
        stdio: ["pipe", "ignore", "inherit"],
      });
      const ended = new Promise((resolve) => importing.once("close", resolve));
      importing.stdin.end(stream);
      if ((await ended) !== 0) throw new Error("git fast-import failed");
      const after = await commitAt(gitDir, ref);
      api.pushed(fullName, ref, before, after);
      return after;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** git's own http-backend, for whoever brings the token. */
async function serveGit(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  held: Stalled | undefined,
): Promise<void> {
  if (!OPEN_IT.includes(request.headers.authorization ?? "")) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="GitHub"' }).end();
    return;
  }
  await answerGit(folder, request, response, held);
}

async function answerGit(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
  held: Stalled | undefined,
): Promise<void> {
  const url = new URL(request.url ?? "", "http://host");
  const child = spawn(join(programs, "git-http-backend"), {
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? "",
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      REMOTE_USER: "token",
    },
  });
  request.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  const output = await buffer(child.stdout);
  if (held !== undefined && output.includes(" refs/heads/")) {
    held.asked();
    await held.over;
  }
  const end = output.indexOf("\r\n\r\n");
  const headers = output
    .toString("latin1", 0, end)
    .split("\r\n")
    .map((line) => line.split(/: (.*)/s, 2) as [string, string]);
  const status = headers.find(([name]) => name === "Status")?.[1] ?? "200";
  for (const [name, value] of headers) if (name !== "Status") response.setHeader(name, value);
  response.writeHead(Number.parseInt(status, 10)).end(output.subarray(end + 4));
}

export interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, string>>;
}

/** Sends a body as GitHub does. @param headers replace those of GitHub; `undefined` leaves one out */
export async function deliver(
  url: string,
  payload: string | object,
  {
    secret,
    event = "push",
    headers = {},
  }: { secret?: string; event?: string; headers?: Readonly<Record<string, string | undefined>> } = {},
): Promise<Sent> {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const given = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/0000000",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    ...(secret !== undefined && {
      "x-hub-signature-256": `sha256=${signature("sha256", secret, body)}`,
      "x-hub-signature": `sha1=${signature("sha1", secret, body)}`,
    }),
    ...headers,
  };
  const sent = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(url, { method: "POST", body, headers: sent });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Sent["body"] };
}

export function signature(algorithm: "sha256" | "sha1", secret: string, body: string | Buffer): string {
  return createHmac(algorithm, secret).update(body).digest("hex");
}
