import * as schemas from "@aws-sdk/client-codestar-connections";
import type { ServiceName } from "../../core/connections/index.ts";
import type { ConstraintTable } from "../aws-json/constraints.ts";
import type { AnyOperation, Service } from "../aws-json/service.ts";
import constraints from "./constraints.json" with { type: "json" };
import { createConnection } from "./create-connection.ts";
import { createHost } from "./create-host.ts";
import { deleteConnection } from "./delete-connection.ts";
import { deleteHost } from "./delete-host.ts";
import { getConnection } from "./get-connection.ts";
import { getHost } from "./get-host.ts";
import { listConnections } from "./list-connections.ts";
import { listHosts } from "./list-hosts.ts";
import { listTagsForResource } from "./list-tags-for-resource.ts";
import { tagResource } from "./tag-resource.ts";
import { untagResource } from "./untag-resource.ts";
import { updateHost } from "./update-host.ts";

/** Connections and hosts (S7) by one of the service's two names: what is made by one is found by the other. */
function connectionsBy(
  name: ServiceName,
  { target, otherTargets }: Required<Pick<Service, "target" | "otherTargets">>,
): Service {
  const otherName = name === "codeconnections" ? "codestar-connections" : "codeconnections";
  return {
    name,
    target,
    otherTargets,
    jsonVersion: "1.0",
    signingName: name,
    schemas,
    constraints: constraints as ConstraintTable,
    permission: (operation) => `${name}:${operation}`,
    otherPermissions: (operation) => [`${otherName}:${operation}`],
    operations: [
      createConnection(name),
      createHost(name),
      deleteConnection,
      deleteHost,
      getConnection,
      getHost,
      listConnections,
      listHosts,
      listTagsForResource,
      tagResource,
      untagResource,
      updateHost,
    ] as readonly AnyOperation[],
    // Repository links and their synchronisation belong to CloudFormation's git sync.
    servedInPart: true,
  };
}

export const codeConnections = connectionsBy("codeconnections", {
  target: "CodeConnections_20231201",
  otherTargets: ["com.amazonaws.codeconnections.CodeConnections_20231201"],
});

export const codeStarConnections = connectionsBy("codestar-connections", {
  target: "CodeStar_connections_20191201",
  otherTargets: ["com.amazonaws.codestar.connections.CodeStar_connections_20191201"],
});
