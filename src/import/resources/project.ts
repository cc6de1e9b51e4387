import type { CreateProjectInput } from "@aws-sdk/client-codebuild";
import { CreateProjectInput$ } from "@aws-sdk/client-codebuild";
import type { JsonObject } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import type { Read } from "./desired.ts";

/** AWS::CodeBuild::Project: CreateProject's members, but for capital letters and two that are calls of their own. */
export function readProject(name: string, properties: JsonObject): Read {
  const { Triggers, Visibility, ...rest } = properties;
  const input = toShape(CreateProjectInput$, { ...rest, Name: name }, "any case") as CreateProjectInput;
  const notes = [
    ...(Triggers === undefined ? [] : ["Triggers: builds are started by pipelines only"]),
    ...(Visibility === undefined || Visibility === "PRIVATE" ? [] : ["Visibility: builds are never public"]),
  ];
  return { wanted: { kind: "build project", name, input }, notes };
}
