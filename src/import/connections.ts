/** Connections that are there already: templates know them by name alone. */
import { paginateListConnections } from "@aws-sdk/client-codestar-connections";
import type { ImportServer } from "./plan/server.ts";

/** ARNs by name, which needn't be unique. */
export type ConnectionsByName = ReadonlyMap<string, readonly string[]>;

/** @returns asks the server once for each region */
export function presentConnections(server: ImportServer): (region: string) => Promise<ConnectionsByName> {
  const known = new Map<string, Promise<ConnectionsByName>>();
  return (region) => {
    const asked = known.get(region) ?? list(server, region);
    known.set(region, asked);
    return asked;
  };
}

async function list(server: ImportServer, region: string): Promise<ConnectionsByName> {
  const found = new Map<string, string[]>();
  const client = server.region(region).connections;
  for await (const { Connections = [] } of paginateListConnections({ client }, {})) {
    for (const { ConnectionName = "", ConnectionArn = "" } of Connections)
      found.set(ConnectionName, [...(found.get(ConnectionName) ?? []), ConnectionArn]);
  }
  return found;
}
