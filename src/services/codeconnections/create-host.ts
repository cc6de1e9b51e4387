import type { CreateHostInput, CreateHostOutput } from "@aws-sdk/client-codestar-connections";
import type { ProviderType as Kept, ServiceName } from "../../core/connections/index.ts";
import { operation } from "../aws-json/operation.ts";
import { ofNew, onAll } from "./authorization.ts";
import { answering } from "./errors.ts";
import { checkTags, tagList } from "./tags.ts";

/**
 * Keeps where a provider's own server is. It is PENDING until somebody has seen that it answers (S7.2).
 *
 * @param service how the caller spells it, and the ARN will
 * @throws LimitExceededException, InvalidInputException
 */
export function createHost(service: ServiceName) {
  return operation<CreateHostInput, CreateHostOutput>("CreateHost", {
    authorization: onAll("host", ofNew),

    async handle({ Name = "", ProviderType, ProviderEndpoint = "", VpcConfiguration, Tags }, call) {
      const tags = checkTags(Tags);
      const { arn } = await answering(
        call.core.connections.createHost(call.scope, {
          service,
          name: Name,
          // Required, and one of the constraints' list.
          providerType: ProviderType as Kept,
          endpoint: ProviderEndpoint,
          vpc: VpcConfiguration,
          tags,
        }),
      );
      return { HostArn: arn, ...(Tags !== undefined && { Tags: tagList(tags) }) };
    },
  });
}
