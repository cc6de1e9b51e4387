/** From a document to what it asks for. */
import type { CreatePipelineInput } from "@aws-sdk/client-codepipeline";
import { CreatePipelineInput$ } from "@aws-sdk/client-codepipeline";
import type { Json, JsonObject } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import { readActionType } from "./action-type.ts";
import { readBucket } from "./bucket.ts";
import { readConnection } from "./connection.ts";
import type { Read, Wanted } from "./desired.ts";
import { readPipeline } from "./pipeline.ts";
import { readProject } from "./project.ts";
import { readRepository } from "./repository.ts";
import { readWebhook } from "./webhook.ts";

/** @param ref what `Ref` of the resource answers */
type Reader = (name: string, properties: JsonObject, ref: () => Json) => Read;

const READERS: Readonly<Record<string, Reader>> = {
  "AWS::CodeBuild::Project": readProject,
  "AWS::CodeCommit::Repository": readRepository,
  "AWS::CodeConnections::Connection": readConnection,
  "AWS::CodePipeline::CustomActionType": readActionType,
  "AWS::CodePipeline::Pipeline": readPipeline,
  "AWS::CodePipeline::Webhook": readWebhook,
  "AWS::CodeStarConnections::Connection": readConnection,
  "AWS::S3::Bucket": readBucket,
};

/** @returns undefined for a type that isn't made */
export function readerOf(type: string): Reader | undefined {
  return Object.hasOwn(READERS, type) ? READERS[type] : undefined;
}

/** A declaration as `aws codepipeline get-pipeline` prints it. @throws ImportProblem */
export function readDeclaration(input: JsonObject): Wanted {
  const converted = toShape(CreatePipelineInput$, input, "exact") as CreatePipelineInput;
  return {
    kind: "pipeline",
    name: converted.pipeline?.name ?? "",
    input: converted,
    disabled: [],
    restarts: false,
  };
}
