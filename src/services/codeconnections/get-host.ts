import type { GetHostInput, GetHostOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";
import { toHost } from "./wire.ts";

/** What is known of a host. @throws ResourceNotFoundException */
export const getHost = operation<GetHostInput, GetHostOutput>("GetHost", {
  authorization: onResource(({ HostArn }) => HostArn),

  async handle({ HostArn = "" }, { core, scope }) {
    const { HostArn: _, ...shown } = toHost(await answering(core.connections.getHost(scope, HostArn)));
    return shown;
  },
});
