import type { CreateCustomActionTypeInput } from "@aws-sdk/client-codepipeline";
import { CreateCustomActionTypeInput$ } from "@aws-sdk/client-codepipeline";
import type { JsonObject } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import type { Read } from "./desired.ts";

/** AWS::CodePipeline::CustomActionType: CreateCustomActionType's members, but for capital letters. */
export function readActionType(_name: string, properties: JsonObject): Read {
  const input = toShape(CreateCustomActionTypeInput$, properties, "any case") as CreateCustomActionTypeInput;
  const name = `Custom/${input.category}/${input.provider}/${input.version}`;
  return { wanted: { kind: "action type", name, input }, notes: [] };
}
