import type { DeleteHostInput, DeleteHostOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";

/** Deletes a host that has no connections. @throws ResourceNotFoundException, ResourceUnavailableException */
export const deleteHost = operation<DeleteHostInput, DeleteHostOutput>("DeleteHost", {
  authorization: onResource(({ HostArn }) => HostArn),

  async handle({ HostArn = "" }, { core, scope }) {
    await answering(core.connections.deleteHost(scope, HostArn));
    return {};
  },
});
