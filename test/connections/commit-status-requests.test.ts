/** What each kind of host is sent (the providers' table of S7). */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { statusRequest } from "../../src/core/connections/commit-status.ts";
import { hostApi } from "../../src/core/connections/host-api.ts";
import type { CommitState, ProviderType } from "../../src/core/connections/types.ts";

const commit = "c".repeat(40);
const context = "millrace/shop";
const url = "https://millrace.example/console/pipelines/shop/executions/e";
const status = { commit, context, url, description: "Succeeded" };

const request = (type: ProviderType, state: CommitState, repository = "octo/shop") => {
  const made = statusRequest("https://host", type, repository, { ...status, state });
  return { url: made.url, body: JSON.parse(made.body) as Record<string, string> };
};

const states = (type: ProviderType) =>
  (["running", "good", "bad", "stopped"] as const).map((state) => request(type, state).body.state);

test.each(["GitHub", "GitHubEnterpriseServer", "Gitea"] as const)("S7.4, S7.11: %s", (type) => {
  expect(request(type, "good")).toEqual({
    url: `https://host/repos/octo/shop/statuses/${commit}`,
    body: { state: "success", target_url: url, description: "Succeeded", context },
  });
  expect(states(type)).toEqual(["pending", "success", "failure", "error"]);
});

test.each(["GitLab", "GitLabSelfManaged"] as const)("S7.4, S7.11: %s", (type) => {
  expect(request(type, "good", "octo/web/shop")).toEqual({
    url: `https://host/projects/octo%2Fweb%2Fshop/statuses/${commit}`,
    body: { state: "success", target_url: url, description: "Succeeded", name: context },
  });
  expect(states(type)).toEqual(["running", "success", "failed", "canceled"]);
});

test("S7.4, S7.11: Bitbucket, whose keys are short", () => {
  const key = createHash("sha256").update(context).digest("hex").slice(0, 40);
  expect(request("Bitbucket", "good")).toEqual({
    url: `https://host/repositories/octo/shop/commit/${commit}/statuses/build`,
    body: { state: "SUCCESSFUL", url, description: "Succeeded", key, name: context },
  });
  expect(states("Bitbucket")).toEqual(["INPROGRESS", "SUCCESSFUL", "FAILED", "STOPPED"]);
  const opened = (credential: { token: string; user?: string }) =>
    hostApi("https://api.github.com", "Bitbucket", "", credential);
  expect(opened({ token: "t" })).toEqual({
    base: "https://api.bitbucket.org/2.0",
    headers: { authorization: "Bearer t" },
  });
  expect(opened({ token: "t", user: "ada" })?.headers).toEqual({ authorization: "Basic YWRhOnQ=" });
});

test("S7.11: a description is cut to what hosts take", () => {
  const { body } = statusRequest("https://host", "GitHub", "octo/shop", {
    ...status,
    state: "bad",
    description: `Failed in ${"x".repeat(200)}`,
  });
  const { description } = JSON.parse(body) as { description: string };
  expect([description.length, description.at(-1)]).toEqual([140, "…"]);
});
