import type { CreatePipelineInput } from "@aws-sdk/client-codepipeline";
import { CreatePipelineInput$ } from "@aws-sdk/client-codepipeline";
import { isList, isObject, type Json, type JsonObject, kindOf } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import { ImportProblem } from "../problem.ts";
import type { Read } from "./desired.ts";

/**
 * AWS::CodePipeline::Pipeline. Beside capital letters it differs from the API's declaration in three members:
 * ArtifactStores is a list, and the two that follow are calls of their own.
 */
export function readPipeline(name: string, properties: JsonObject): Read {
  const { Tags, ArtifactStores, DisableInboundStageTransitions, RestartExecutionOnUpdate, ...rest } =
    properties;
  const declaration: JsonObject = {
    ...rest,
    Name: name,
    ...(ArtifactStores !== undefined && { ArtifactStores: storesByRegion(ArtifactStores) }),
  };
  const given = { pipeline: declaration, ...(Tags !== undefined && { tags: Tags }) };
  return {
    wanted: {
      kind: "pipeline",
      name,
      input: toShape(CreatePipelineInput$, given, "any case") as CreatePipelineInput,
      disabled: disabledTransitions(DisableInboundStageTransitions),
      restarts: /^true$/i.test(String(RestartExecutionOnUpdate)),
    },
    notes: [],
  };
}

/** `[{Region, ArtifactStore}]` → `{region: store}` */
function storesByRegion(list: Json): JsonObject {
  return Object.fromEntries(
    objectsOf("ArtifactStores", list).map(({ Region, ArtifactStore }) => {
      if (Region === undefined || ArtifactStore === undefined)
        throw new ImportProblem("ArtifactStores: each needs Region and ArtifactStore");
      return [String(Region), ArtifactStore];
    }),
  );
}

function disabledTransitions(list: Json | undefined) {
  if (list === undefined) return [];
  return objectsOf("DisableInboundStageTransitions", list).map(({ StageName, Reason }) => ({
    stage: String(StageName),
    reason: String(Reason),
  }));
}

function objectsOf(property: string, list: Json): readonly JsonObject[] {
  if (isList(list) && list.every(isObject)) return list as readonly JsonObject[];
  throw new ImportProblem(`${property}: takes a list of objects, got ${kindOf(list)}`);
}
