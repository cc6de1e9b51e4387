import type { CreateConnectionInput, CreateConnectionOutput } from "@aws-sdk/client-codestar-connections";
import type { NewConnection, ServiceName } from "../../core/connections/index.ts";
import type { Authorization } from "../aws-json/authorization.ts";
import { operation } from "../aws-json/operation.ts";
import { ofNew, onAll } from "../codeconnections/authorization.ts";
import { answering } from "../codeconnections/errors.ts";
import { checkTags, tagList } from "../codeconnections/tags.ts";

interface Input {
  readonly service: ServiceName;
  /** The end of its ARN, which pipelines of the same import name before it is made. */
  readonly id: string;
  readonly connection: CreateConnectionInput;
}

/** What CreateConnection asks for. */
const authorization: Authorization<Input> = ({ connection }, call) =>
  onAll("connection", ofNew)(connection, call).map((need) => ({
    ...need,
    action: "codeconnections:CreateConnection",
    otherActions: ["codestar-connections:CreateConnection"],
  }));

/**
 * Judges a connection as CreateConnection would; nothing is kept.
 *
 * @throws LimitExceededException, ResourceNotFoundException, ResourceUnavailableException, InvalidInputException
 */
export const checkConnection = operation<Input, object>("CheckConnection", {
  authorization,

  async handle(input, { core, scope }) {
    await answering(core.connections.check(scope, wanted(input)));
    return {};
  },
});

/** Makes a connection whose ARN is known already. @throws as CheckConnection */
export const importConnection = operation<Input, CreateConnectionOutput>("ImportConnection", {
  authorization,

  async handle(input, { core, scope }) {
    const planned = wanted(input);
    const { arn } = await answering(core.connections.create(scope, planned));
    return { ConnectionArn: arn, Tags: tagList(planned.tags) };
  },
});

function wanted({ service, id, connection }: Input): NewConnection {
  const { ConnectionName: name = "", ProviderType: providerType, HostArn: hostArn, Tags } = connection;
  return { service, id, name, providerType, hostArn, tags: checkTags(Tags) };
}
