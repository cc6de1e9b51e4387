/** GitHub's API for hooks of repositories (version 2022-11-28), and the payload of a push. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { createCommitStatusApi } from "./commit-statuses.ts";
import { createOtherHooks } from "./other-hooks.ts";

export interface Hook {
  readonly id: number;
  readonly name: string;
  readonly active: boolean;
  readonly events: readonly string[];
  readonly config: Readonly<Record<string, string>>;
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the API answers instead of doing what it was asked, once for each. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

export interface Api {
  readonly otherHooks: ReturnType<typeof createOtherHooks>;
  readonly commitStatuses: ReturnType<typeof createCommitStatusApi>;
  readonly calls: ApiCall[];
  readonly refusals: Refusal[];
  hooks(fullName: string): Hook[];
  addHook(fullName: string, hook: Omit<Hook, "id">): Hook;
  /** Tells of what happened to a ref, as polls see it. */
  pushed(fullName: string, ref: string, before: string, after: string): void;
  /** The payload of the last push. */
  lastPush(): Readonly<Record<string, unknown>>;
}

export function createApi(token: string) {
  const repositories = new Map<string, Hook[]>();
  const calls: ApiCall[] = [];
  const refusals: Refusal[] = [];
  const commitStatuses = createCommitStatusApi(token);
  const otherHooks = createOtherHooks(token);
  let lastPush: Record<string, unknown> = {};
  const heads = new Map<string, string>();
  let nextId = 1;

  function hooks(fullName: string): Hook[] {
    const found = repositories.get(fullName.toLowerCase());
    if (found === undefined) throw new Error(`there is no repository ${fullName}`);
    return found;
  }

  function addHook(fullName: string, hook: Omit<Hook, "id">): Hook {
    const made = { ...hook, id: nextId++ };
    hooks(fullName).push(made);
    return made;
  }

  function answer(call: ApiCall): Refusal {
    const { method, headers, body } = call;
    const url = new URL(call.path, "http://host");
    if (url.pathname === "/") return { status: 200, body: {} };
    if (/^\/api\/v[14]\/user$/.test(url.pathname)) {
      const isKnown = headers["private-token"] === token || headers.authorization === `token ${token}`;
      return isKnown ? { status: 200, body: { username: "octo" } } : { status: 401 };
    }
    if (!headers["user-agent"])
      return { status: 403, body: { message: "Request forbidden by administrative rules" } };
    if (headers.accept !== "application/vnd.github+json") return { status: 415 };
    if (headers["x-github-api-version"] !== "2022-11-28") return { status: 400 };
    if (headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: "Bad credentials" } };
    if (url.pathname === "/api/v3/user") return { status: 200, body: { login: "octo" } };
    const [, repository, branch] =
      /^\/api\/v3\/repos\/([^/]+\/[^/]+)\/branches\/([^/]+)$/.exec(url.pathname) ?? [];
    if (repository !== undefined) {
      const sha = heads.get(`${repository}/refs/heads/${decodeURIComponent(branch ?? "")}`.toLowerCase());
      if (sha === undefined) return { status: 404, body: { message: "Branch not found" } };
      const etag = `"${sha}"`;
      if (headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
      return { status: 200, headers: { etag }, body: { name: branch, commit: { sha } } };
    }
    const [, owner, repo, id] =
      /^\/api\/v3\/repos\/([^/]+)\/([^/]+)\/hooks(?:\/(\d+))?$/.exec(url.pathname) ?? [];
    const known = repositories.get(`${owner}/${repo}`.toLowerCase());
    if (known === undefined) return { status: 404, body: { message: "Not Found" } };
    if (id === undefined && method === "GET") return page(known, url);
    if (id === undefined && method === "POST") return create(known, JSON.parse(body) as Omit<Hook, "id">);
    const index = known.findIndex((hook) => hook.id === Number(id));
    const hook = known[index];
    if (hook === undefined) return { status: 404, body: { message: "Not Found" } };
    if (method === "PATCH") {
      // A config that isn't whole loses what it doesn't name, as at GitHub.
      const changed = { ...hook, ...(JSON.parse(body) as Partial<Hook>) };
      known[index] = changed;
      return { status: 200, body: shown(changed) };
    }
    if (method === "DELETE") {
      known.splice(index, 1);
      return { status: 204 };
    }
    return { status: 404 };
  }

  function create(known: Hook[], given: Omit<Hook, "id">): Refusal {
    if (known.some(({ config }) => config.url === given.config.url))
      return {
        status: 422,
        body: {
          message: "Validation Failed",
          errors: [{ message: "Hook already exists on this repository" }],
        },
      };
    const made = { ...given, id: nextId++ };
    known.push(made);
    return { status: 201, body: shown(made) };
  }

  return {
    calls,
    refusals,
    commitStatuses,
    otherHooks,
    hooks,
    addHook,
    lastPush: () => lastPush,
    addRepository(fullName: string) {
      repositories.set(fullName.toLowerCase(), []);
    },
    pushed(fullName: string, ref: string, before: string, after: string) {
      heads.set(`${fullName}/${ref}`.toLowerCase(), after);
      lastPush = pushPayload(fullName, ref, before, after);
    },
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const call = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: await text(request),
      };
      const ofCommit = commitStatuses.answer(call);
      if (ofCommit === undefined) calls.push(call);
      const {
        status,
        headers = {},
        body,
      } = ofCommit ?? refusals.shift() ?? otherHooks.answer(call) ?? answer(call);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
    },
  };
}

/** GitHub never shows a secret again. */
function shown({ config, ...hook }: Hook): object {
  return { ...hook, config: { ...config, ...(config.secret !== undefined && { secret: "********" }) } };
}

function page(known: readonly Hook[], url: URL): Refusal {
  const size = Number(url.searchParams.get("per_page") ?? 30);
  const number = Number(url.searchParams.get("page") ?? 1);
  const rows = known.slice((number - 1) * size, number * size);
  const next = new URL(url);
  next.searchParams.set("page", String(number + 1));
  const more = known.length > number * size;
  return {
    status: 200,
    body: rows.map(shown),
    headers: more ? { link: `<${next.pathname}${next.search}>; rel="next", <http://x/>; rel="last"` } : {},
  };
}

export function pushPayload(fullName: string, ref: string, before: string, after: string) {
  return {
    ref,
    before,
    after,
    created: /^0+$/.test(before),
    deleted: /^0+$/.test(after),
    forced: false,
    repository: { id: 1, full_name: fullName, private: true },
    sender: { login: "ada", id: 2 },
  };
}
