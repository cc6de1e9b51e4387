import type { RuleDeclaration, StageDeclaration } from "@aws-sdk/client-codepipeline";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/services/codepipeline/compile.ts";
import { jenkins, normalized, SCOPE, typesWith } from "./support/checking.ts";
import { approval, pipeline, source, stage } from "./support/declarations.ts";

type Members = Pick<StageDeclaration, "beforeEntry" | "onSuccess" | "onFailure">;

function compiled(members: Members) {
  const given = pipeline({
    stages: [stage("Source", source()), { ...stage("D", approval()), ...members }],
  });
  const {
    name: _,
    actions: __,
    ...conditions
  } = compile(normalized(given), SCOPE, typesWith(jenkins)).definition.stages[1]!;
  return conditions;
}

const rule = {
  name: "Check",
  ruleTypeId: { category: "Rule", provider: "VariableCheck" },
  configuration: { Variable: "#{variables.Env}", Value: "prod", Operator: "EQ" },
} as const;
const asSeen = {
  name: "Check",
  type: { category: "Rule", owner: "AWS", provider: "VariableCheck", version: "1" },
  configuration: rule.configuration,
  inputs: [],
  region: "us-east-1",
};

describe("conditions as the engine sees them", () => {
  it("a stage without any has none", () => {
    expect(compiled({})).toEqual({});
    expect(compiled({ onFailure: { result: "FAIL" } })).toEqual({});
    expect(compiled({ beforeEntry: { conditions: [{ result: "SKIP" }] } })).toEqual({});
  });

  it("E9.1 have a result and rules; without one the stage fails", () => {
    expect(
      compiled({
        beforeEntry: { conditions: [{ result: "SKIP", rules: [rule] }] },
        onSuccess: { conditions: [{ rules: [rule] }] },
        onFailure: { conditions: [{ result: "ROLLBACK", rules: [rule] }] },
      }),
    ).toEqual({
      beforeEntry: { result: "SKIP", rules: [asSeen] },
      onSuccess: { result: "FAIL", rules: [asSeen] },
      onFailure: { condition: { result: "ROLLBACK", rules: [asSeen] } },
    });
  });

  it("a rule keeps what it says of place, time, inputs and commands", () => {
    const given: RuleDeclaration = {
      ...rule,
      ruleTypeId: { category: "Rule", owner: "AWS", provider: "Commands", version: "1" },
      commands: ["make check"],
      inputArtifacts: [{ name: "Code" }],
      region: "eu-west-1",
      roleArn: "arn:aws:iam::000000000000:role/r",
      timeoutInMinutes: 9,
    };
    expect(compiled({ beforeEntry: { conditions: [{ rules: [given] }] } }).beforeEntry?.rules).toEqual([
      {
        ...asSeen,
        type: { ...asSeen.type, provider: "Commands" },
        commands: ["make check"],
        inputs: ["Code"],
        region: "eu-west-1",
        roleArn: "arn:aws:iam::000000000000:role/r",
        timeoutMinutes: 9,
      },
    ]);
  });

  it.each<[string, NonNullable<Members["onFailure"]>, unknown]>([
    ["ROLLBACK", { result: "ROLLBACK" }, { result: "ROLLBACK" }],
    ["RETRY of failed actions", { result: "RETRY" }, { result: "RETRY", retryMode: "FAILED_ACTIONS" }],
    [
      "RETRY of all actions",
      { result: "RETRY", retryConfiguration: { retryMode: "ALL_ACTIONS" } },
      { result: "RETRY", retryMode: "ALL_ACTIONS" },
    ],
  ])("E7.8, E8.4 a failure has the result %s", (_, onFailure, expected) => {
    expect(compiled({ onFailure }).onFailure).toEqual(expected);
  });
});
