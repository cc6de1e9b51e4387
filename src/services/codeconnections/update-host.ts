import type { UpdateHostInput, UpdateHostOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";

/**
 * Changes where a host is. With another endpoint, the host and its connections are PENDING again.
 *
 * @throws ResourceNotFoundException, InvalidInputException
 */
export const updateHost = operation<UpdateHostInput, UpdateHostOutput>("UpdateHost", {
  authorization: onResource(({ HostArn }) => HostArn),

  async handle({ HostArn = "", ProviderEndpoint: endpoint, VpcConfiguration: vpc }, { core, scope }) {
    await answering(
      core.connections.updateHost(scope, HostArn, {
        ...(endpoint !== undefined && { endpoint }),
        ...(vpc !== undefined && { vpc }),
      }),
    );
    return {};
  },
});
