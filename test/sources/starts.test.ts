import { expect, test } from "vitest";
import { startsOf } from "../../src/core/sources/starts.ts";
import type { Watcher } from "../../src/core/store/source-changes.ts";

const scope = { account: "000000000000", region: "us-east-1" };
const revision = { revisionId: "c1" };

function watcher(pipelineName: string, action: string, polls: boolean): Watcher {
  return { pipelineId: `id of ${pipelineName}`, pipelineName, action, polls, updated: 0 };
}

test("S6.15 with PollForSourceChanges the trigger is the poll's, its detail the action", () => {
  expect(startsOf([watcher("p", "Source", true)], scope, "codecommit", revision)).toEqual([
    {
      pipelineId: "id of p",
      trigger: { type: "PollForSourceChanges", detail: "Source" },
      revisions: { Source: revision },
    },
  ]);
});

test("S6.15 without, it is the event rule's that the console would have made", () => {
  expect(startsOf([watcher("p", "Source", false)], scope, "codecommit", revision)).toEqual([
    {
      pipelineId: "id of p",
      trigger: {
        type: "CloudWatchEvent",
        detail: "arn:aws:events:us-east-1:000000000000:rule/millrace-codecommit-p",
      },
      revisions: { Source: revision },
    },
  ]);
});

test("S8.1 an object's rule is named for S3", () => {
  const [start] = startsOf([watcher("p", "Source", false)], scope, "s3", revision);
  expect(start?.trigger.detail).toBe("arn:aws:events:us-east-1:000000000000:rule/millrace-s3-p");
});

test("E13.3 S5.7 two polling actions on one branch start two executions, each binding its own", () => {
  const starts = startsOf([watcher("p", "A", true), watcher("p", "B", true)], scope, "codecommit", revision);
  expect(starts.map((start) => start.revisions)).toEqual([{ A: revision }, { B: revision }]);
});

test("one event rule starts a pipeline once, for all of its actions", () => {
  const watchers = [watcher("p", "A", false), watcher("p", "B", false), watcher("q", "A", false)];
  const starts = startsOf(watchers, scope, "codecommit", revision);
  expect(starts.map(({ pipelineId, revisions }) => [pipelineId, revisions])).toEqual([
    ["id of p", { A: revision, B: revision }],
    ["id of q", { A: revision }],
  ]);
});

test("a change that nobody watches starts nothing", () => {
  expect(startsOf([], scope, "s3", revision)).toEqual([]);
});
