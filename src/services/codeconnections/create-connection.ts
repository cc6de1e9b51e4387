import type { CreateConnectionInput, CreateConnectionOutput } from "@aws-sdk/client-codestar-connections";
import type { ServiceName } from "../../core/connections/index.ts";
import { operation } from "../aws-json/operation.ts";
import { ofNew, onAll } from "./authorization.ts";
import { answering } from "./errors.ts";
import { checkTags, tagList } from "./tags.ts";

/**
 * Makes a connection. It is PENDING until somebody completes it, or AVAILABLE at once where the operator has a token
 * for it (S7.2).
 *
 * @param service how the caller spells it, and the ARN will
 * @throws LimitExceededException, ResourceNotFoundException, ResourceUnavailableException, InvalidInputException
 */
export function createConnection(service: ServiceName) {
  return operation<CreateConnectionInput, CreateConnectionOutput>("CreateConnection", {
    authorization: onAll("connection", ofNew),

    async handle({ ConnectionName = "", ProviderType, HostArn, Tags }, { core, scope }) {
      const tags = checkTags(Tags);
      const { arn } = await answering(
        core.connections.create(scope, {
          service,
          name: ConnectionName,
          providerType: ProviderType,
          hostArn: HostArn,
          tags,
        }),
      );
      return { ConnectionArn: arn, ...(Tags !== undefined && { Tags: tagList(tags) }) };
    },
  });
}
