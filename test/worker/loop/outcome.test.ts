import { expect, test } from "vitest";
import { reportable } from "../../../src/worker/outcome.ts";

const asItIs = (text: string) => text;

test("P0.4 empty texts are left out, since the wire takes none: a commit may have no message", () => {
  const outcome = reportable(
    {
      kind: "done",
      summary: "",
      externalExecutionId: "",
      currentRevision: { revision: "r", changeIdentifier: "r", revisionSummary: "" },
      outputVariables: { CommitMessage: "" },
    },
    asItIs,
  );
  expect(outcome).toEqual({
    kind: "done",
    currentRevision: { revision: "r", changeIdentifier: "r" },
    outputVariables: { CommitMessage: "" },
  });
});

test("P0.4 what there is is kept, masked and cut", () => {
  const text = `secret ${"x".repeat(3_000)}`;
  const outcome = reportable(
    {
      kind: "done",
      summary: text,
      percentComplete: 100,
      currentRevision: { revision: "r", changeIdentifier: "r", created: 1, revisionSummary: text },
    },
    (given) => given.replace("secret", "****"),
  );
  const shown = `**** ${"x".repeat(2_042)}…`;
  expect(outcome).toEqual({
    kind: "done",
    summary: shown,
    percentComplete: 100,
    currentRevision: { revision: "r", changeIdentifier: "r", created: 1, revisionSummary: shown },
  });
});
