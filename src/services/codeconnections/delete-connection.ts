import type { DeleteConnectionInput, DeleteConnectionOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { onResource } from "./authorization.ts";
import { answering } from "./errors.ts";

/** Deletes a connection and its token; pipelines stay, and their source fails. @throws ResourceNotFoundException */
export const deleteConnection = operation<DeleteConnectionInput, DeleteConnectionOutput>("DeleteConnection", {
  authorization: onResource(({ ConnectionArn }) => ConnectionArn),

  async handle({ ConnectionArn = "" }, { core, scope }) {
    await answering(core.connections.delete(scope, ConnectionArn));
    return {};
  },
});
