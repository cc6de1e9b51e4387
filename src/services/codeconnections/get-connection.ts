import type { GetConnectionInput, GetConnectionOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";
import { toConnection } from "./wire.ts";

/** What is known of a connection but its token. @throws ResourceNotFoundException */
export const getConnection = operation<GetConnectionInput, GetConnectionOutput>("GetConnection", {
  authorization: onResource(({ ConnectionArn }) => ConnectionArn),

  async handle({ ConnectionArn = "" }, { core, scope }) {
    return { Connection: toConnection(await answering(core.connections.get(scope, ConnectionArn))) };
  },
});
