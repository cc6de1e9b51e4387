import type { PutWebhookInput } from "@aws-sdk/client-codepipeline";
import { PutWebhookInput$ } from "@aws-sdk/client-codepipeline";
import type { JsonObject } from "../json.ts";
import { toShape } from "../mapping/to-shape.ts";
import type { Read } from "./desired.ts";

/** AWS::CodePipeline::Webhook: PutWebhook's members, and whether the third party is told. */
export function readWebhook(name: string, properties: JsonObject): Read {
  // The version is one that CloudFormation itself looks at: PutWebhook has no such member.
  const { RegisterWithThirdParty, TargetPipelineVersion: _, Tags, ...webhook } = properties;
  const given = {
    webhook: { AuthenticationConfiguration: {}, ...webhook, Name: name },
    ...(Tags !== undefined && { tags: Tags }),
  };
  const input = toShape(PutWebhookInput$, given, "any case") as PutWebhookInput;
  const register = /^true$/i.test(String(RegisterWithThirdParty));
  return { wanted: { kind: "webhook", name, input, register }, notes: [] };
}
