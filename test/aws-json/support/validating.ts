/** CodePipeline's own validator, without a pipe around it. */
import * as schemas from "@aws-sdk/client-codepipeline";
import type { ConstraintTable } from "../../../src/services/aws-json/constraints.ts";
import { compileDecoder } from "../../../src/services/aws-json/decode.ts";
import { modelOf } from "../../../src/services/aws-json/model.ts";
import { compileValidator } from "../../../src/services/aws-json/validate.ts";
import json from "../../../src/services/codepipeline/constraints.json" with { type: "json" };

export const table = json as ConstraintTable;
export const model = modelOf(schemas);

/** What the validator says of an operation's input; undefined when nothing. */
export function saidOf(operation: string, input: unknown): string | undefined {
  const { input: schema } = model.operations.get(operation)!;
  const decoded = compileDecoder(schema)(input);
  try {
    compileValidator(table, schema.getName()!)(decoded);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** CreatePipeline's input, complete but for what `parts` says. */
export const pipelineWith = (parts: object) => ({
  pipeline: { name: "web", roleArn: "arn:aws:iam::000000000000:role/x", stages: [], ...parts },
});

export const source = {
  name: "Source",
  actionTypeId: { category: "Source", owner: "AWS", provider: "S3", version: "1" },
};
export const actionWith = (parts: object) =>
  pipelineWith({ stages: [{ name: "Source", actions: [{ ...source, ...parts }] }] });
