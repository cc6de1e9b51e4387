import type { ListHostsInput, ListHostsOutput } from "@aws-sdk/client-codestar-connections";
import { operation } from "../aws-json/operation.ts";
import { pagesOf } from "../aws-json/paging.ts";
import { onAll } from "./authorization.ts";
import { invalidToken } from "./errors.ts";
import { toHost } from "./wire.ts";

const PAGE = 100;

/** The hosts of the account and region, page by page. */
export const listHosts = operation<ListHostsInput, ListHostsOutput>("ListHosts", {
  authorization: onAll("host"),

  async handle({ MaxResults, NextToken }, call) {
    const size = MaxResults || PAGE;
    const pages = pagesOf<[id: string]>(call, "ListHosts", null, invalidToken);
    const [after = ""] = pages.start(NextToken) ?? [];
    const found = await call.core.connections.listHosts(call.scope, after, size + 1);
    const { rows, nextToken } = pages.cut(found, size, ({ id }) => [id]);
    return { Hosts: rows.map(toHost), ...(nextToken !== undefined && { NextToken: nextToken }) };
  },
});
