import type { CreateConnectionInput, Tag } from "@aws-sdk/client-codestar-connections";
import { CreateConnectionInput$ } from "@aws-sdk/client-codestar-connections";
import type { Json, JsonObject } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import { ImportProblem } from "../problem.ts";
import type { Read } from "./desired.ts";

/**
 * AWS::CodeConnections::Connection and AWS::CodeStarConnections::Connection: CreateConnection's members.
 *
 * @param ref its ARN, by which the template's other resources name it
 */
export function readConnection(name: string, properties: JsonObject, ref: () => Json): Read {
  const arn = String(ref());
  const [, , service, , , resource = ""] = arn.split(":");
  if (service !== "codeconnections" && service !== "codestar-connections")
    throw new ImportProblem(`${arn} is not the ARN of a connection`);
  const input = toShape(
    CreateConnectionInput$,
    { ...properties, ConnectionName: name },
    "exact",
  ) as CreateConnectionInput & { readonly Tags?: Tag[] };
  return {
    wanted: { kind: "connection", name, arn, service, id: resource.replace(/^connection\//, ""), input },
    notes: [],
  };
}
