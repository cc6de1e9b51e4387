/** How git hosts take what they are told of commits: each by its own API, checked as it would. */
import type { ApiCall, Refusal } from "./github-api.ts";

export interface TakenStatus {
  readonly commit: string;
  readonly state: string;
  /** GitLab's `name`. */
  readonly context: string;
  readonly description: string;
  readonly url: string;
}

/** No host has a repository whose name ends in `.git`. */
const PLACES = [
  /^\/api\/(v3|v1)\/repos\/[^/]+\/[^/]+(?<!\.git)\/statuses\/([\da-f]{40})$/,
  /^\/api\/(v4)\/projects\/[^/]+%2F[^/]+(?<!\.git)\/statuses\/([\da-f]{40})$/,
];

const GITHUBS = ["pending", "success", "failure", "error"];
const STATES: Readonly<Record<string, readonly string[]>> = {
  v3: GITHUBS,
  v1: GITHUBS,
  v4: ["pending", "running", "success", "failed", "canceled"],
};

export function createCommitStatusApi(token: string) {
  const taken: TakenStatus[] = [];
  const refusals: Refusal[] = [];
  let asked = 0;

  function take(version: string, commit: string, { headers, body }: ApiCall): Refusal {
    const opens = { v3: `Bearer ${token}`, v1: `token ${token}`, v4: undefined }[version];
    if (version === "v4" ? headers["private-token"] !== token : headers.authorization !== opens)
      return { status: 401, body: { message: "Bad credentials" } };
    if (headers["content-type"] !== "application/json" || !headers["user-agent"]) return { status: 415 };
    const given = JSON.parse(body) as Record<string, string>;
    const { state = "", target_url: url = "", description = "", context = given.name ?? "" } = given;
    if (!STATES[version]?.includes(state) || description.length > 140 || !URL.canParse(url))
      return { status: 422, body: { message: "Validation Failed" } };
    const last = taken.findLast((one) => one.commit === commit && one.context === context);
    if (version === "v4" && last?.state === state)
      return { status: 400, body: { message: `Cannot transition status via :run from :${state}` } };
    taken.push({ commit, state, context, description, url });
    return { status: 201, body: {} };
  }

  return {
    /** What was taken, in its order. */
    taken,
    /** What is answered instead, once for each. */
    refusals,
    asked: () => asked,
    /** @returns undefined for what isn't about statuses */
    answer(call: ApiCall): Refusal | undefined {
      const found = PLACES.map((place) => place.exec(call.path)).find((match) => match !== null);
      if (found === undefined || call.method !== "POST") return undefined;
      asked += 1;
      const [, version = "", commit = ""] = found;
      return refusals.shift() ?? take(version, commit, call);
    },
  };
}
