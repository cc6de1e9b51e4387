import type { ListConnectionsInput, ListConnectionsOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { pagesOf } from "../aws-json/paging.ts";
import { onAll } from "./authorization.ts";
import { answering, invalidToken } from "./errors.ts";
import { toConnection } from "./wire.ts";

const PAGE = 100;

/**
 * The connections of the account and region, page by page; all of them, or those to a provider or on a host.
 *
 * @throws ResourceNotFoundException for a host that isn't there
 */
export const listConnections = operation<ListConnectionsInput, ListConnectionsOutput>("ListConnections", {
  authorization: onAll("connection"),

  async handle({ ProviderTypeFilter: providerType, HostArnFilter: hostArn, MaxResults, NextToken }, call) {
    const { core, scope } = call;
    // The model lets 0 pass: it asks for no number.
    const size = MaxResults || PAGE;
    const pages = pagesOf<[id: string]>(call, "ListConnections", [providerType, hostArn], invalidToken);
    const [after = ""] = pages.start(NextToken) ?? [];
    const found = await answering(core.connections.list(scope, { providerType, hostArn }, after, size + 1));
    const { rows, nextToken } = pages.cut(found, size, ({ id }) => [id]);
    return { Connections: rows.map(toConnection), ...(nextToken !== undefined && { NextToken: nextToken }) };
  },
});
