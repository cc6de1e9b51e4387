import { describe, expect, test } from "vitest";
import {
  type Change,
  type ConnectionTrigger,
  judge,
  newEffort,
  type PullRequestFilter,
  type PushFilter,
  pathsMeet,
  UNREADABLE,
} from "../../src/core/triggers/index.ts";

const COMMIT = "1".repeat(40);
const push = (name: string, refType: "branch" | "tag" = "branch"): Change => ({
  kind: "push",
  repository: "octo/shop",
  refType,
  name,
  before: "0a",
  after: COMMIT,
});
const newBranch = (name: string): Change => ({ ...push(name), before: undefined }) as Change;
const request = (event: "OPEN" | "UPDATED" | "CLOSED", source: string, target: string): Change => ({
  kind: "pullRequest",
  repository: "octo/shop",
  event,
  id: "7",
  title: "",
  source,
  target,
  commit: COMMIT,
  targetCommit: undefined,
  fork: false,
  ref: "refs/pull/7/head",
});
const pushes = (...filters: PushFilter[]): ConnectionTrigger => ({
  kind: "filters",
  push: filters,
  pullRequest: [],
});
const requests = (...filters: PullRequestFilter[]): ConnectionTrigger => ({
  kind: "filters",
  push: [],
  pullRequest: filters,
});
const incl = (...includes: string[]) => ({ includes });

/** With the paths that the change touched. */
function starts(trigger: ConnectionTrigger, change: Change, paths: readonly string[] = []): boolean {
  const verdict = judge(trigger, change);
  return typeof verdict === "string" ? verdict === "met" : pathsMeet(verdict.paths, paths, newEffort());
}

const features = pushes({ branches: { includes: ["feature/**"], excludes: ["feature/wip*"] } });
const mainSources = pushes({ branches: incl("main"), filePaths: incl("src/**") });
const noReadme = pushes({ branches: incl("**"), filePaths: { excludes: ["**/README.md"] } });
const sourcesNoDocs = pushes({
  branches: incl("main"),
  filePaths: { includes: ["src/**"], excludes: ["**/*.md"] },
});

describe("S4: filters at work", () => {
  test.each<[string, ConnectionTrigger, Change, readonly string[], boolean]>([
    ["F1", features, push("feature/wip1"), [], false],
    ["F2", features, push("feature/a/wip1"), [], true],
    ["F3", pushes({ branches: { excludes: ["main"] } }), push("dev"), [], true],
    ["F4", pushes({ branches: { includes: ["main"], excludes: ["main"] } }), push("main"), [], false],
    ["F5", pushes({ branches: incl("main") }, { branches: incl("dev") }), push("dev"), [], true],
    ["F6", pushes({ branches: incl("main") }, { branches: { excludes: ["main"] } }), push("main"), [], true],
    ["F7", mainSources, push("main"), ["docs/a"], false],
    ["F8", mainSources, push("dev"), ["src/a"], false],
    ["F9", mainSources, newBranch("main"), ["src/a"], false],
    ["F10", noReadme, push("main"), ["README.md", "a.ts"], true],
    ["F11", noReadme, push("main"), ["README.md"], false],
    ["F12", pushes({ tags: incl("v*") }), push("v1", "tag"), [], true],
    ["F13", pushes({ tags: incl("v*") }), push("v1"), [], false],
    ["F14", pushes({ branches: incl("**") }), push("v1", "tag"), [], false],
    [
      "F15",
      requests({ events: ["CLOSED"], branches: incl("main") }),
      request("OPEN", "x", "main"),
      [],
      false,
    ],
    ["F16", requests({ branches: incl("main") }), request("OPEN", "x", "main"), [], true],
    ["F16", requests({ branches: incl("main") }), request("UPDATED", "x", "main"), [], true],
    ["F16", requests({ branches: incl("main") }), request("CLOSED", "x", "main"), [], true],
    ["F17", requests({ branches: incl("feature/*") }), request("OPEN", "feature/x", "main"), [], false],
    ["F19", pushes({ tags: incl("v*") }, { branches: incl("main") }), push("main"), [], true],
    ["F19", pushes({ tags: incl("v*") }, { branches: incl("main") }), push("v1", "tag"), [], true],
    ["F20", sourcesNoDocs, push("main"), ["src/a.md", "docs/b"], false],
    ["F21", sourcesNoDocs, push("main"), ["src/a.md", "src/b.c"], true],
    ["F22", { kind: "branch", branch: "main" }, push("main"), [], true],
  ])("%s", (_, trigger, change, paths, met) => {
    expect(starts(trigger, change, paths)).toBe(met);
  });

  test("S4.10: the default trigger takes exactly its branch, and reads no glob in it", () => {
    const trigger = { kind: "branch", branch: "release-{a,b}" } as const;
    expect(judge(trigger, push("release-{a,b}"))).toBe("met");
    expect(judge(trigger, push("release-a"))).toBe("notMet");
    expect(judge(trigger, push("release-{a,b}", "tag"))).toBe("notMet");
    expect(judge({ kind: "branch", branch: "main" }, request("OPEN", "main", "main"))).toBe("notMet");
    // A new branch counts (S4.13).
    expect(judge({ kind: "branch", branch: "main" }, newBranch("main"))).toBe("met");
  });

  test("S4.5: paths aren't asked for where another filter is met without them", () => {
    const trigger = pushes({ branches: incl("main"), filePaths: incl("src/**") }, { branches: incl("m*") });
    expect(judge(trigger, push("main"))).toBe("met");
  });

  test("S4.3: a pull request filter of events alone takes every target branch", () => {
    expect(judge(requests({ events: ["OPEN"] }), request("OPEN", "a", "b"))).toBe("met");
  });

  const meet = (pattern: string, ...paths: string[]) => pathsMeet([incl(pattern)], paths, newEffort());

  test("S4.20: patterns and paths that would take hours are given up, and count as met", () => {
    const slow = incl(`${"*a".repeat(120)}b`);
    const paths = Array.from({ length: 10_000 }, (_, index) => "a".repeat(1_000) + index);
    const effort = { left: 1_000_000 };
    expect(pathsMeet([slow], paths.slice(0, 1), effort)).toBe(false);
    const ofOne = 1_000_000 - effort.left;
    expect(pathsMeet([slow], paths, effort)).toBe(true);
    expect(effort.left).toBeGreaterThan(-ofOne * 1.1);
    // All of a push's paths are looked at with common patterns.
    const files = Array.from({ length: 10_000 }, (_, index) => `services/s${index}/src/main/file.ts`);
    expect(meet("services/**/*.md", ...files)).toBe(false);
    expect(meet("src/**", "a".repeat(4_096))).toBe(false);
    expect(meet("src/**", "a".repeat(4_097))).toBe(true);
  });

  test("S4.21: bytes that are no UTF-8 match ** alone", () => {
    expect(meet("src/**", `src/${UNREADABLE}`)).toBe(true);
    expect(meet("src/*", `src/${UNREADABLE}`)).toBe(false);
    expect(meet("src/[!a]", `src/${UNREADABLE}`)).toBe(false);
  });
});
