/** Hooks as GitLab and Gitea keep them, for one host that stands in for both. */
import type { ApiCall, Refusal } from "./github-api.ts";

export interface OtherHook {
  readonly id: number;
  readonly repository: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const PLACE = /^\/api\/(v1\/repos|v4\/projects)\/([^/]+(?:\/[^/]+)?)\/hooks(?:\/(\d+))?$/;
/** So few that a repository of the tests has several pages. */
const PAGE = 2;

export function createOtherHooks(token: string) {
  const kept: OtherHook[] = [];
  let nextId = 1;

  function answerOf(version: string, repository: string, id: string | undefined, call: ApiCall): Refusal {
    const { method, headers, body } = call;
    const isGitLab = version === "v4";
    const isKnown = isGitLab
      ? headers["private-token"] === token
      : headers.authorization === `token ${token}`;
    if (!isKnown) return { status: 401 };
    if (repository.toLowerCase() !== "octo/shop") return { status: 404 };
    const hooks = kept.filter((hook) => hook.repository === `${version} ${repository}`);
    if (method === "GET") {
      const url = new URL(call.path, "http://host");
      const page = Number(url.searchParams.get("page") ?? 1);
      url.searchParams.set("page", String(page + 1));
      const more = hooks.length > page * PAGE;
      return {
        status: 200,
        body: hooks
          .slice((page - 1) * PAGE, page * PAGE)
          .map(({ id: known, body: told }) => ({ ...told, id: known })),
        ...(more && { headers: { link: `<${url.pathname}${url.search}>; rel="next"` } }),
      };
    }
    const index = kept.findIndex((hook) => String(hook.id) === id);
    if (method === "DELETE" && index >= 0) {
      kept.splice(index, 1);
      return { status: 204 };
    }
    const given = JSON.parse(body) as OtherHook["body"];
    if (method === "POST" && id === undefined) {
      kept.push({ id: nextId++, repository: `${version} ${repository}`, body: given });
      return { status: 201, body: {} };
    }
    if (method !== (isGitLab ? "PUT" : "PATCH") || index < 0) return { status: 405 };
    kept[index] = { ...kept[index]!, body: isGitLab ? given : giteaChange(kept[index]!.body, given) };
    return { status: 200, body: {} };
  }

  return {
    kept,
    /** @returns undefined for what isn't about their hooks */
    answer(call: ApiCall): Refusal | undefined {
      const [, place, repository = "", id] = PLACE.exec(new URL(call.path, "http://host").pathname) ?? [];
      if (place === undefined) return undefined;
      return answerOf(place.slice(0, 2), decodeURIComponent(repository), id, call);
    },
  };
}

/** Gitea takes another secret only of a new hook. */
function giteaChange(body: OtherHook["body"], given: OtherHook["body"]): OtherHook["body"] {
  const { secret } = body.config as Record<string, unknown>;
  return { ...given, config: { ...(given.config as object), secret } };
}
