/** What deliveries of git hosts tell, in one form (S7.4a, S7.5). */
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import type { ProviderType } from "../../src/core/connections/types.ts";
import { changesOf } from "../../src/core/webhooks/hosts/changes.ts";
import { triggerDetail } from "../../src/core/webhooks/hosts/detail.ts";
import { parsePayload } from "../../src/services/webhooks/json.ts";

interface Recorded {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

const recorded = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly Recorded[];
const examplesOf = (event: string) => recorded.find(({ name }) => name === event)?.examples ?? [];
const told = (provider: ProviderType, event: string, payload: object) =>
  changesOf(provider, event, parsePayload(Buffer.from(JSON.stringify(payload))));

const A = "a".repeat(40);
const B = "b".repeat(40);
const ZERO = "0".repeat(40);

describe("GitHub", () => {
  test("every recorded push is the branch or tag that it names; deletions are nothing (S4.14, S4.15)", () => {
    const all = examplesOf("push").map((push) => [push, told("GitHub", "push", push)] as const);
    expect(all.length).toBeGreaterThan(5);
    for (const [push, changes] of all) {
      const { id } = (push.head_commit ?? {}) as { id?: string };
      const [, kind, name] = /^refs\/(heads|tags)\/(.*)$/.exec(String(push.ref))!;
      const isDeleted = push.deleted === true;
      const before = push.before === ZERO ? undefined : push.before;
      expect(changes).toEqual(
        isDeleted || before === push.after
          ? []
          : [
              {
                kind: "push",
                repository: "Codertocat/Hello-World",
                refType: kind === "tags" ? "tag" : "branch",
                name,
                before,
                after: kind === "tags" ? id : push.after,
              },
            ],
      );
    }
  });

  test("recorded pull requests are OPEN, UPDATED or CLOSED; labels and the like are nothing (S4.24)", () => {
    const EVENTS: Readonly<Record<string, string>> = {
      opened: "OPEN",
      reopened: "OPEN",
      ready_for_review: "OPEN",
      synchronize: "UPDATED",
      closed: "CLOSED",
    };
    const examples = examplesOf("pull_request");
    expect(new Set(examples.map(({ action }) => EVENTS[String(action)])).size).toBe(4);
    for (const example of examples) {
      const { number, title, head, base } = example.pull_request as {
        number: number;
        title: string;
        head: { ref: string; sha: string };
        base: { ref: string; sha: string };
      };
      const event = EVENTS[String(example.action)];
      expect(told("GitHub", "pull_request", example)).toEqual(
        event === undefined
          ? []
          : [
              {
                kind: "pullRequest",
                repository: "Codertocat/Hello-World",
                event,
                id: String(number),
                title,
                source: head.ref,
                target: base.ref,
                commit: head.sha,
                targetCommit: base.sha,
                fork: false,
                ref: `refs/pull/${number}/head`,
              },
            ],
      );
    }
  });

  test("no recorded delivery of another event tells of a change", () => {
    for (const { name, examples } of recorded)
      if (name !== "push" && name !== "pull_request")
        for (const example of examples) expect(told("GitHub", name, example), name).toEqual([]);
  });

  const request = (changes: object = {}, more: object = {}) => ({
    action: "opened",
    repository: { full_name: "octo/shop" },
    pull_request: {
      number: 7,
      title: "T",
      head: { ref: "topic", sha: A, repo: { full_name: "octo/shop" } },
      base: { ref: "main", repo: { full_name: "Octo/Shop" } },
      ...changes,
    },
    ...more,
  });

  test.each([
    ["of the same repository", {}, false],
    ["of another repository", { head: { ref: "t", sha: A, repo: { full_name: "eve/shop" } } }, true],
    ["of a repository that is gone", { head: { ref: "t", sha: A, repo: null } }, true],
  ])("a request %s: fork %s (S4.27)", (_, changes, fork) => {
    expect(told("GitHub", "pull_request", request(changes))).toMatchObject([{ fork }]);
  });

  test("an edited request is UPDATED with another target branch only (S4.24)", () => {
    const edited = (changes: object) => request({}, { action: "edited", changes });
    expect(told("GitHub", "pull_request", edited({ title: { from: "x" } }))).toEqual([]);
    expect(told("GitHub", "pull_request", edited({ base: { ref: { from: "x" } } }))).toMatchObject([
      { event: "UPDATED" },
    ]);
  });

  test.each([
    ["push", { ref: "refs/heads/main", before: A, after: B }],
    ["push", { ref: "refs/heads/main", before: A, after: "HEAD", repository: { full_name: "o/s" } }],
    ["push", { before: A, after: B, repository: { full_name: "o/s" } }],
    ["pull_request", request({ head: { ref: "t", sha: "x" } })],
    ["pull_request", request({ number: "7/../8" })],
    ["pull_request", { ...request(), repository: undefined }],
  ])("S7.4a: a %s that lacks what is needed is refused: %j", (event, payload) => {
    expect(() => told("GitHub", event, payload)).toThrow(/^The payload has no /);
  });

  test("S4.15, S4.16: no ref that is neither branch nor tag, no push without change, no tag of a tree", () => {
    const push = (ref: string, before: string, more: object = {}) =>
      told("GitHub", "push", { ref, before, after: B, repository: { full_name: "o/s" }, ...more });
    expect(push("refs/notes/x", A)).toEqual([]);
    expect(push("refs/heads/main", B)).toEqual([]);
    expect(push("refs/tags/v1", ZERO, { head_commit: null })).toEqual([]);
    expect(push("refs/tags/v1", ZERO, { head_commit: { id: A } })).toMatchObject([{ after: A }]);
    expect(push("refs/heads/a/b", "0".repeat(64))).toMatchObject([{ name: "a/b", before: undefined }]);
  });
});

describe("the other hosts, by their documentation", () => {
  const project = { path_with_namespace: "group/sub/shop" };
  const merge = (attributes: object, more: object = {}) => ({
    project,
    object_attributes: {
      iid: 3,
      title: "T",
      source_branch: "topic",
      target_branch: "main",
      source_project_id: 1,
      target_project_id: 1,
      last_commit: { id: A },
      ...attributes,
    },
    ...more,
  });
  test.each([
    ["Push Hook", { project, ref: "refs/heads/main", before: A, after: B, checkout_sha: B }, "branch main"],
    ["Tag Push Hook", { project, ref: "refs/tags/v1", before: ZERO, after: A, checkout_sha: B }, "tag v1"],
    ["Push Hook", { project, ref: "refs/heads/x", before: A, after: ZERO, checkout_sha: null }, ""],
    ["Merge Request Hook", merge({ action: "open" }), "OPEN"],
    ["Merge Request Hook", merge({ action: "reopen" }), "OPEN"],
    ["Merge Request Hook", merge({ action: "update", oldrev: B }), "UPDATED"],
    ["Merge Request Hook", merge({ action: "update" }, { changes: { target_branch: {} } }), "UPDATED"],
    ["Merge Request Hook", merge({ action: "update" }, { changes: { title: {} } }), ""],
    ["Merge Request Hook", merge({ action: "approved" }), ""],
    ["Merge Request Hook", merge({ action: "close" }), "CLOSED"],
    ["Merge Request Hook", merge({ action: "merge" }), "CLOSED"],
    ["Merge Request Hook", merge({ action: "open", source_project_id: 2 }), "OPEN fork"],
    ["Issue Hook", { project }, ""],
  ])("GitLab's %s", (event, payload, expected) => {
    expect(shown(told("GitLab", event, payload))).toEqual(
      expected === "" ? [] : [expect.stringMatching(`^group/sub/shop ${expected}`)],
    );
  });

  test("GitLab's requests are fetched by their own refs, tags are the commit that was checked out", () => {
    expect(told("GitLab", "Merge Request Hook", merge({ action: "open" }))).toMatchObject([
      { id: "3", commit: A, source: "topic", target: "main", ref: "refs/merge-requests/3/head" },
    ]);
    const tag = { project, ref: "refs/tags/v1", before: ZERO, after: A, checkout_sha: B };
    expect(told("GitLabSelfManaged", "Tag Push Hook", tag)).toMatchObject([{ after: B }]);
  });

  test("Gitea's are GitHub's, with words of its own; what creates and deletes refs is told by pushes", () => {
    const repository = { full_name: "octo/shop" };
    const push = { ref: "refs/heads/main", before: ZERO, after: A, repository };
    expect(shown(told("Gitea", "push", push))).toEqual(["octo/shop branch main"]);
    const from = { head: { ref: "t", sha: A, repo: repository }, base: { ref: "main", repo: repository } };
    const request = (action: string) => ({
      action,
      repository,
      pull_request: { number: 1, title: "", ...from },
    });
    expect(shown(told("Gitea", "pull_request", request("opened")))).toEqual(["octo/shop OPEN"]);
    expect(shown(told("Gitea", "pull_request_sync", request("synchronized")))).toEqual(["octo/shop UPDATED"]);
    expect(told("Gitea", "create", push)).toEqual([]);
    expect(told("Gitea", "delete", push)).toEqual([]);
  });

  test("Bitbucket's push tells of several refs; the deleted ones are nothing", () => {
    const target = (hash: string) => ({ target: { hash } });
    const changes = [
      {
        old: { type: "branch", name: "main", ...target(A) },
        new: { type: "branch", name: "main", ...target(B) },
      },
      { old: null, new: { type: "tag", name: "v1", ...target(B) } },
      { old: { type: "branch", name: "x", ...target(A) }, new: null },
    ];
    const payload = { repository: { full_name: "octo/shop" }, push: { changes } };
    expect(told("Bitbucket", "repo:push", payload)).toMatchObject([
      { refType: "branch", name: "main", before: A, after: B },
      { refType: "tag", name: "v1", before: undefined, after: B },
    ]);
    expect(told("Bitbucket", "repo:fork", payload)).toEqual([]);
    expect(() => told("Bitbucket", "repo:push", { repository: { full_name: "o/s" } })).toThrow(
      "push.changes",
    );
  });

  test("Bitbucket's requests are created, updated and rejected; merging is no closing", () => {
    const request = (event: string, source: object = {}) =>
      shown(
        told("Bitbucket", event, {
          repository: { full_name: "octo/shop" },
          pullrequest: {
            id: 3,
            title: "T",
            source: {
              branch: { name: "topic" },
              commit: { hash: "0123456789ab" },
              repository: { full_name: "octo/shop" },
              ...source,
            },
            destination: { branch: { name: "main" }, repository: { full_name: "octo/shop" } },
          },
        }),
      );
    expect(request("pullrequest:created")).toEqual(["octo/shop OPEN"]);
    expect(request("pullrequest:updated")).toEqual(["octo/shop UPDATED"]);
    expect(request("pullrequest:rejected")).toEqual(["octo/shop CLOSED"]);
    expect(request("pullrequest:fulfilled")).toEqual([]);
    expect(request("pullrequest:comment_created")).toEqual([]);
    expect(request("pullrequest:created", { repository: null })).toEqual(["octo/shop OPEN fork"]);
    expect(() => request("pullrequest:created", { commit: { hash: "main" } })).toThrow("commit.hash");
  });

  function shown(changes: ReturnType<typeof told>): string[] {
    return changes.map((change) =>
      change.kind === "push"
        ? `${change.repository} ${change.refType} ${change.name}`
        : `${change.repository} ${change.event}${change.fork ? " fork" : ""}`,
    );
  }
});

describe("S4.29: the trigger's detail", () => {
  const connection = { providerType: "GitHub", connectionArn: "arn", deliveryId: "d", pathsTruncated: false };
  const push = {
    kind: "push",
    repository: "octo/shop",
    refType: "branch",
    name: "main",
    before: A,
    after: B,
  } as const;

  test("has its members in one order, and only those that are known (inferred: api.md StartPipelineExecution)", () => {
    expect(triggerDetail(push, connection)).toBe(
      `{"providerType":"GitHub","connectionArn":"arn","fullRepositoryName":"octo/shop","eventType":"PUSH","branchName":"main","commitId":"${B}","deliveryId":"d"}`,
    );
    expect(
      triggerDetail(
        { ...push, refType: "tag" },
        { ...connection, deliveryId: undefined, pathsTruncated: true },
      ),
    ).toBe(
      `{"providerType":"GitHub","connectionArn":"arn","fullRepositoryName":"octo/shop","eventType":"PUSH","tagName":"main","commitId":"${B}","pathsTruncated":true}`,
    );
    const request = {
      kind: "pullRequest",
      repository: "octo/shop",
      event: "OPEN",
      id: "7",
      title: "T",
      source: "topic",
      target: "main",
      commit: A,
      targetCommit: undefined,
      fork: false,
      ref: "",
    } as const;
    expect(JSON.parse(triggerDetail(request, connection))).toEqual({
      providerType: "GitHub",
      connectionArn: "arn",
      fullRepositoryName: "octo/shop",
      eventType: "PULL_REQUEST",
      pullRequestId: "7",
      pullRequestEvent: "OPEN",
      branchName: "topic",
      destinationBranchName: "main",
      commitId: A,
      deliveryId: "d",
    });
  });

  test("cuts long names at 200 characters, at 100 where the whole would pass 1,024", () => {
    const of = (name: string) =>
      JSON.parse(triggerDetail({ ...push, name }, connection)) as { branchName: string };
    expect(of("b".repeat(201)).branchName).toBe(`${"b".repeat(199)}…`);
    const long = { ...push, name: '"'.repeat(200), repository: '"'.repeat(200) };
    const wide = triggerDetail(long, { ...connection, deliveryId: '"'.repeat(100) });
    expect(wide.length).toBeLessThanOrEqual(1_024);
    expect(JSON.parse(wide)).toMatchObject({ branchName: `${'"'.repeat(99)}…` });
  });
});
