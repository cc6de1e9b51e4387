/** Of which commits an execution says what, and when (S7.11): pure. */
import { describe, expect, test } from "vitest";
import { newCommitStatuses } from "../../src/core/commands/commit-statuses.ts";
import type { Definition, ExecutionState, ExecutionStatus, StageRun } from "../../src/core/engine/index.ts";
import { stages } from "./definitions.ts";

const connection = "arn:aws:codestar-connections:us-east-1:000000000000:connection/c";
const type = { category: "Source", owner: "AWS", provider: "CodeStarSourceConnection", version: "1" };
const first = "a".repeat(40);
const second = "b".repeat(40);

function definition(repository = "octo/shop"): Definition {
  const base = stages({ Source: "fetch | config", Build: "b1", Ship: "b2" });
  const configuration = { ConnectionArn: connection, FullRepositoryId: repository, BranchName: "main" };
  const [sources, ...others] = base.stages;
  const [fetch, config] = sources!.actions;
  return {
    ...base,
    version: 1,
    stages: [{ ...sources!, actions: [{ ...fetch!, type, configuration }, config!] }, ...others],
  };
}

const run = (status: StageRun["status"], actions: Readonly<Record<string, string>> = {}): StageRun => ({
  status,
  startedAt: 0,
  actions: Object.fromEntries(
    Object.entries(actions).map(([name, ended]) => [
      name,
      { id: `${name}-1`, status: ended as "Succeeded", startedAt: 0, outputs: {} },
    ]),
  ),
  attempts: {},
  approvals: {},
  manualRetries: 0,
  automaticRetries: 0,
});

function execution(change: Partial<ExecutionState> = {}): ExecutionState {
  return {
    id: "e",
    seq: 1,
    version: 1,
    mode: "SUPERSEDED",
    type: "STANDARD",
    trigger: { type: "WebhookV2", detail: "{}" },
    revisions: { fetch: { revisionId: first } },
    startedAt: 0,
    updatedAt: 0,
    status: "InProgress",
    attempt: 1,
    artifactRevisions: [],
    sourceRevisions: [],
    runs: { Source: run("InProgress", { fetch: "InProgress" }) },
    ...change,
  };
}

const told = (before: ExecutionState | undefined, after: ExecutionState, of = definition()) =>
  newCommitStatuses(of, before, after).map(({ state, commit, description }) => [state, commit, description]);

describe("S7.11 commit statuses", () => {
  test("a commit that an execution starts with is told of, and not again while it runs", () => {
    expect(newCommitStatuses(definition(), undefined, execution())).toEqual([
      {
        state: "running",
        description: "In progress",
        connection,
        repository: "octo/shop",
        commit: first,
        actionExecutionId: "fetch-1",
      },
    ]);
    expect(told(execution(), execution({ status: "Stopping" }))).toEqual([]);
  });

  test("one that is found by the source is told of then, whatever else is known", () => {
    const unbound = execution({ revisions: {} });
    expect(told(undefined, unbound)).toEqual([]);
    expect(told(unbound, execution())).toEqual([["running", first, "In progress"]]);
    const moved = execution({ revisions: { fetch: { revisionId: second } } });
    expect(told(execution(), moved)).toEqual([["running", second, "In progress"]]);
  });

  test.each<[ExecutionStatus, string]>([
    ["Succeeded", "good"],
    ["Stopped", "stopped"],
    ["Superseded", "stopped"],
    ["Cancelled", "stopped"],
  ])("an execution that is %s is %s", (status, state) => {
    expect(told(execution(), execution({ status }))).toEqual([[state, first, status]]);
  });

  test("a failure names the first action that failed, or the stage whose condition did", () => {
    const failed = (runs: ExecutionState["runs"]) => told(execution(), execution({ status: "Failed", runs }));
    expect(
      failed({ Source: run("Succeeded", { fetch: "Succeeded" }), Build: run("Failed", { b1: "Failed" }) }),
    ).toEqual([["bad", first, "Failed in Build: b1"]]);
    expect(failed({ Source: run("Succeeded"), Build: run("Failed", { b1: "Succeeded" }) })).toEqual([
      ["bad", first, "Failed in Build"],
    ]);
    expect(failed({})).toEqual([["bad", first, "Failed"]]);
  });

  test("a retry says that it runs again", () => {
    expect(told(execution({ status: "Failed" }), execution({ attempt: 2 }))).toEqual([
      ["running", first, "In progress"],
    ]);
  });

  test("a rollback says nothing of what it brings back, nor do other sources and ids that are cut short", () => {
    expect(told(undefined, execution({ type: "ROLLBACK" }))).toEqual([]);
    expect(told(undefined, execution({ revisions: { config: { revisionId: first } } }))).toEqual([]);
    expect(told(undefined, execution({ revisions: { fetch: { revisionId: "abc1234" } } }))).toEqual([]);
    const plain = { ...stages({ Source: "fetch", Build: "b1" }), version: 1 };
    expect(told(undefined, execution(), plain)).toEqual([]);
  });

  test("a repository that a variable names is that one; of one that none names nothing is told", () => {
    const of = definition("octo/#{variables.Shop}");
    const named = newCommitStatuses(of, undefined, execution({ variables: { Shop: "cart" } }));
    expect(named.map(({ repository }) => repository)).toEqual(["octo/cart"]);
    expect(newCommitStatuses(of, undefined, execution())).toEqual([]);
  });

  test.each(["constructor", "__proto__"])(
    "a commit is told of before a stage named %s has started",
    (name) => {
      const { stages: given, ...base } = definition();
      const [source, ...others] = given;
      const of = { ...base, stages: [{ ...source!, name }, ...others] };
      expect(told(undefined, execution({ runs: {} }), of)).toEqual([["running", first, "In progress"]]);
    },
  );

  test.each(["s".repeat(2_021), "octo/sh\0p", "octo/sh\u00f6p"])(
    "of what can't be a repository's id nothing is told, lest the execution fail by it: case %#",
    (repository) => expect(newCommitStatuses(definition(repository), undefined, execution())).toEqual([]),
  );

  test("E2.5: one that another execution of the same commit takes the place of says nothing: the commit runs on", () => {
    const before = execution();
    const after = execution({ status: "Superseded", supersededBy: "newer" });
    const by = (revisionId: string) =>
      newCommitStatuses(
        definition(),
        before,
        after,
        execution({ id: "newer", revisions: { fetch: { revisionId } } }),
      );
    expect(by(first)).toEqual([]);
    expect(by(second).map(({ state, commit }) => [state, commit])).toEqual([["stopped", first]]);
  });
});
