import { describe, expect, it } from "vitest";
import { actionArn, customTypeArn, parseTaggable, stageArn } from "../../src/services/codepipeline/arn.ts";
import { SCOPE } from "./support/checking.ts";

const BASE = "arn:aws:codepipeline:us-east-1:000000000000";
const type = { category: "Build", provider: "Jenkins", version: "1" };

describe("api.md §2.1: ARNs", () => {
  it("are made of names", () => {
    expect(stageArn(SCOPE, "p", "s")).toBe(`${BASE}:p/s`);
    expect(actionArn(SCOPE, "p", "s", "a")).toBe(`${BASE}:p/s/a`);
    expect(customTypeArn(SCOPE, type)).toBe(`${BASE}:actiontype:Custom/Build/Jenkins/1`);
  });

  it.each([
    [`${BASE}:app`, { kind: "pipeline", name: "app", arn: `${BASE}:app` }],
    [`${BASE}:webhook`, { kind: "pipeline", name: "webhook", arn: `${BASE}:webhook` }],
    [`${BASE}:actiontype`, { kind: "pipeline", name: "actiontype", arn: `${BASE}:actiontype` }],
    [`${BASE}:webhook:hook`, { kind: "webhook", name: "hook", arn: `${BASE}:webhook:hook` }],
  ])("tell what is tagged: %s", (arn, resource) => {
    expect(parseTaggable(SCOPE, arn)).toEqual(resource);
  });

  it.each([
    `${BASE}:actiontype:Custom/Build/Jenkins/1`,
    `${BASE}:actionType:Custom/Build/Jenkins/1`,
    "arn:aws:codepipeline:us-east-1::actiontype:Custom/Build/Jenkins/1",
    "arn:aws:codepipeline:us-east-1::actionType:custom/Build/Jenkins/1/",
  ])("write custom types in several ways: %s", (arn) => {
    expect(parseTaggable(SCOPE, arn)).toEqual({
      kind: "actionType",
      key: type,
      arn: `${BASE}:actiontype:Custom/Build/Jenkins/1`,
    });
  });

  it.each([
    "app",
    "arn:aws:s3:::bucket",
    "arn:aws:codepipeline:eu-west-1:000000000000:app",
    "arn:aws:codepipeline:us-east-1:111111111111:app",
    "arn:aws:codepipeline:us-east-1::app",
    `${BASE}:app/Stage`,
    `${BASE}:app/Stage/Action`,
    `${BASE}:actiontype:AWS/Build/CodeBuild/1`,
    `${BASE}:actiontype:ThirdParty/Test/Scanner/1`,
    `${BASE}:actiontype:Custom/Build`,
    `${BASE}:a b`,
  ])("of nothing that carries tags here are refused: %s (inferred: api.md §19.2)", (arn) => {
    expect(() => parseTaggable(SCOPE, arn)).toThrowError(
      expect.objectContaining({ code: "InvalidArnException", message: expect.stringContaining(`'${arn}'`) }),
    );
  });

  it.each([
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
    ["us-iso-east-1", "aws-iso"],
    ["us-isob-east-1", "aws-iso-b"],
    ["eu-west-1", "aws"],
    ["xx-test-1", "aws"],
  ])("have the partition of their region: %s is in %s", (region, partition) => {
    const scope = { ...SCOPE, region };
    const arn = `arn:${partition}:codepipeline:${region}:000000000000:p`;
    expect(stageArn(scope, "p", "s")).toBe(`${arn}/s`);
    expect(parseTaggable(scope, arn)).toEqual({ kind: "pipeline", name: "p", arn });
    const other = arn.replace(partition, partition === "aws" ? "aws-cn" : "aws");
    expect(() => parseTaggable(scope, other)).toThrowError(
      expect.objectContaining({ code: "InvalidArnException" }),
    );
  });
});
