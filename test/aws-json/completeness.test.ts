import * as schemas from "@aws-sdk/client-codepipeline";
import { expect, test } from "vitest";
import { onAnything } from "../../src/services/aws-json/authorization.ts";
import { compileEncoder } from "../../src/services/aws-json/encode.ts";
import { modelOf } from "../../src/services/aws-json/model.ts";
import { operation } from "../../src/services/aws-json/operation.ts";
import { createAwsJsonRoute } from "../../src/services/aws-json/pipe.ts";
import { codeBuild } from "../../src/services/codebuild/index.ts";
import { codeCommit } from "../../src/services/codecommit/index.ts";
import { codePipeline } from "../../src/services/codepipeline/index.ts";
import { workerApi } from "../../src/services/worker-api/index.ts";
import { codePipelineWith } from "./pipe-server.ts";

const getPipeline = operation("GetPipeline", { authorization: onAnything, handle: async () => ({}) });
const complete = codePipelineWith([getPipeline]);

test("every operation of CodePipeline has a handler; of CodeBuild some do", () => {
  const route = createAwsJsonRoute([codePipeline, codeBuild, codeCommit, workerApi], "0");
  expect(route.serves("CodePipeline_20150709.GetPipeline")).toBe(true);
  expect(route.serves("DynamoDB_20120810.ListTables")).toBe(false);
});

test("api.md §1.2: what is answered with an empty body, and what with {}", () => {
  const outputs = Map.groupBy(modelOf(schemas).operations.values(), ({ output }) => {
    if (output === undefined) return "empty";
    return [...output.structIterator()].length === 0 ? "{}" : "members";
  });
  const names = (kind: "empty" | "{}") =>
    outputs
      .get(kind)
      ?.map(({ name }) => name)
      .sort();
  expect(names("empty")).toEqual([
    "DeleteCustomActionType",
    "DeletePipeline",
    "DisableStageTransition",
    "EnableStageTransition",
    "OverrideStageCondition",
    "PutJobFailureResult",
    "PutJobSuccessResult",
    "PutThirdPartyJobFailureResult",
    "PutThirdPartyJobSuccessResult",
    "UpdateActionType",
  ]);
  expect(names("{}")).toEqual([
    "DeleteWebhook",
    "DeregisterWebhookWithThirdParty",
    "RegisterWebhookWithThirdParty",
    "TagResource",
    "UntagResource",
  ]);
  expect(compileEncoder(undefined)({ pipeline: "x" })).toBe("");
  for (const { output } of outputs.get("{}") ?? []) expect(compileEncoder(output)({ other: 1 })).toBe("{}");
});

test.each([
  [
    "an operation without a handler",
    { servedInPart: false },
    /The service codepipeline is not complete: .*ListPipelines has no handler/,
  ],
  [
    "one that no model has",
    {
      operations: [
        getPipeline,
        operation("GetNothing", { authorization: () => [], handle: async () => ({}) }),
      ],
    },
    /GetNothing is not in the model/,
  ],
  [
    "one without an authorisation rule",
    { operations: [{ name: "GetPipeline", handle: async () => ({}) } as unknown as typeof getPipeline] },
    /GetPipeline has no authorisation rule/,
  ],
  [
    "one that is there twice",
    { operations: [getPipeline, { ...getPipeline }] },
    /GetPipeline is there twice/,
  ],
])("the server doesn't start with %s", (_, parts, message) => {
  const service = { ...complete, ...parts };
  expect(() => createAwsJsonRoute([service], "0")).toThrow(message);
});
