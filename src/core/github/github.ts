/** Hooks of repositories: found, then made, changed or removed (S3.3 to S3.7). */

import { branchHead, type KnownHead } from "./branch-head.ts";
import { callGitHub, type GitHubOptions } from "./calls.ts";
import { type GitHub, GitHubError, type HookSettings, type Repository } from "./types.ts";

/** Pages of 100 that are looked through. */
const MOST_PAGES = 10;

interface Hook {
  readonly id: number;
  readonly url: string | undefined;
}

export function createGitHub(options: GitHubOptions): GitHub {
  const known = new Map<string, KnownHead>();
  return {
    async register(repository, settings, knownId) {
      const changed = knownId !== undefined && (await change(repository, knownId, settings));
      if (changed) return knownId;
      const found = await find(repository, settings.url);
      if (found !== undefined && (await change(repository, found, settings))) return found;
      try {
        return await create(repository, settings);
      } catch (error) {
        if (!(error instanceof GitHubError) || !/already exists/i.test(error.detail)) throw error;
        // Somebody else made it between the look and the call.
        const made = await find(repository, settings.url);
        if (made === undefined || !(await change(repository, made, settings))) throw error;
        return made;
      }
    },

    head: (repository, branch) => branchHead(options, repository, branch, known),

    async deregister(repository, url, knownId) {
      const id = knownId ?? (await find(repository, url));
      if (id === undefined) return;
      await orMissing(
        callGitHub(options, { method: "DELETE", path: pathOf(repository, id), token: repository.token }),
      );
    },
  };

  async function find(repository: Repository, url: string): Promise<number | undefined> {
    let path: string | undefined = `${pathOf(repository)}?per_page=100`;
    for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
      const answer: { content: unknown; next?: string } = await callGitHub(options, {
        method: "GET",
        path,
        token: repository.token,
      });
      const hook = hooksOf(answer.content).find((one) => one.url === url);
      if (hook !== undefined) return hook.id;
      path = answer.next;
    }
    return undefined;
  }

  async function create(repository: Repository, settings: HookSettings): Promise<number> {
    const { content } = await callGitHub(options, {
      method: "POST",
      path: pathOf(repository),
      token: repository.token,
      body: { name: "web", ...hookBody(settings) },
    });
    const [hook] = hooksOf([content]);
    if (hook === undefined) throw new GitHubError("other", 502, "its answer names no hook");
    return hook.id;
  }

  /** @returns false when there is no hook of this id */
  async function change(repository: Repository, id: number, settings: HookSettings): Promise<boolean> {
    const call = { method: "PATCH", path: pathOf(repository, id), token: repository.token } as const;
    return orMissing(callGitHub(options, { ...call, body: hookBody(settings) }));
  }
}

/** The config whole, each time: what it doesn't name, GitHub drops. */
function hookBody({ url, secret }: HookSettings): object {
  const config = { url, content_type: "json", insecure_ssl: "0", ...(secret !== undefined && { secret }) };
  return { active: true, events: ["push"], config };
}

function pathOf({ owner, repo }: Repository, id?: number): string {
  const hooks = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}/hooks`;
  return id === undefined ? hooks : `${hooks}/${id}`;
}

async function orMissing(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof GitHubError && error.reason === "notFound") return false;
    throw error;
  }
}

function hooksOf(content: unknown): Hook[] {
  if (!Array.isArray(content)) return [];
  return (content as unknown[]).flatMap((hook) => {
    const { id, config } = (hook ?? {}) as { id?: unknown; config?: { url?: unknown } | null };
    if (typeof id !== "number") return [];
    return [{ id, url: typeof config?.url === "string" ? config.url : undefined }];
  });
}
