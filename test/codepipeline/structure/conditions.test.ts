import type { PipelineDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { finding } from "../support/checking.ts";
import { approval, pipeline, source, stage } from "../support/declarations.ts";

type Members = Pick<StageDeclaration, "beforeEntry" | "onSuccess" | "onFailure">;

const refused = (members: Members, changes: Partial<PipelineDeclaration> = {}) =>
  finding(
    pipeline({ stages: [stage("Source", source()), { ...stage("D", approval()), ...members }], ...changes }),
  );
const condition = (result: "FAIL" | "ROLLBACK" | "RETRY" | "SKIP") => ({ conditions: [{ result }] });

describe("api.md §5.2: stage conditions", () => {
  it.each<Members>([
    { beforeEntry: condition("FAIL") },
    { onSuccess: condition("FAIL") },
    { onFailure: { result: "FAIL" } },
    { onFailure: { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } } },
  ])("are refused on V1 (§4.1): %j", (members) => {
    expect(refused(members, { pipelineType: "V1" })).toBe(
      "InvalidStageDeclarationException: Stage level conditions can only be used with V2 pipelines.",
    );
  });

  it("the first stage may be retried", () => {
    const retried = { result: "RETRY" as const, retryConfiguration: { retryMode: "ALL_ACTIONS" as const } };
    const first = { ...stage("Source", source()), onFailure: retried };
    expect(finding(pipeline({ stages: [first, stage("D", approval())] }))).toBeUndefined();
  });

  it("onFailure takes a result or conditions, not both", () => {
    expect(refused({ onFailure: { result: "FAIL", ...condition("ROLLBACK") } })).toBe(
      "InvalidStageDeclarationException: The following stage cannot have a failure exit gate configured with both top level result and conditions: 'D'",
    );
  });

  it.each([{ result: "ROLLBACK" as const }, condition("ROLLBACK")])(
    "a failure cannot roll back in a PARALLEL pipeline: %j",
    (onFailure) => {
      expect(refused({ onFailure }, { executionMode: "PARALLEL" })).toBe(
        "InvalidStageDeclarationException: Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
      );
    },
  );

  it.each<[string, Members, RegExp]>([
    [
      "RETRY in a condition",
      { onSuccess: condition("RETRY") },
      /RETRY can only be used as the result of onFailure/,
    ],
    [
      "retryConfiguration without RETRY",
      { onFailure: { result: "FAIL", retryConfiguration: { retryMode: "ALL_ACTIONS" } } },
      /retryConfiguration can only be used when the result of onFailure is RETRY/,
    ],
    [
      "SKIP after the stage",
      { onSuccess: condition("SKIP") },
      /SKIP can only be used in beforeEntry conditions/,
    ],
    [
      "ROLLBACK at the entry",
      { beforeEntry: condition("ROLLBACK") },
      /ROLLBACK cannot be used in beforeEntry/,
    ],
  ])("refuses %s (inferred: api.md §5.2)", (_, members, text) => {
    expect(refused(members)).toMatch(text);
  });

  it("refuses ROLLBACK in the first stage (inferred: api.md §5.2)", () => {
    const first = { ...stage("Source", source()), onFailure: { result: "ROLLBACK" as const } };
    expect(finding(pipeline({ stages: [first, stage("D", approval())] }))).toMatch(
      /ROLLBACK cannot be used in the first stage/,
    );
  });

  it.each<Members>([
    { onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } } },
    { onFailure: { result: "ROLLBACK" } },
    { onFailure: { result: "FAIL" } },
  ])("E9.1 takes %j", (members) => {
    expect(refused(members)).toBeUndefined();
  });
});
