/** Rows as the room shows them. */
import type { ConnectionHostRow, ConnectionRow } from "../store/tables/connections.ts";
import { arnOf } from "./arn.ts";
import type { Connection, Host, ProviderType, ServiceName } from "./types.ts";

export function connectionOf(row: ConnectionRow): Connection {
  const { account, region, id, name, host_id: hostId } = row;
  const scope = { account, region };
  const service = row.service as ServiceName;
  return {
    scope,
    id,
    arn: arnOf({ kind: "connection", scope, id }, service),
    name,
    providerType: row.provider_type as ProviderType,
    ...(hostId !== null && { hostArn: arnOf({ kind: "host", scope, id: hostId }, service) }),
    status: row.status as Connection["status"],
  };
}

export function hostOf(row: ConnectionHostRow): Host {
  const { account, region, id, name, endpoint, vpc } = row;
  const scope = { account, region };
  return {
    scope,
    id,
    arn: arnOf({ kind: "host", scope, id }, row.service as ServiceName),
    name,
    providerType: row.provider_type as ProviderType,
    endpoint,
    ...(vpc !== null && { vpc: JSON.parse(vpc) as object }),
    status: row.status as Host["status"],
  };
}
