/** The git route and CodeCommit's operations on a bare listener. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Core } from "../../src/core/core.ts";
import { createAwsJsonRoute } from "../../src/services/aws-json/pipe.ts";
import { NO_PROXIES } from "../../src/services/client-address.ts";
import { codeCommit } from "../../src/services/codecommit/index.ts";
import { createGitRoute } from "../../src/services/git/index.ts";

export interface GitListener {
  readonly port: number;
  /** What the routes reported or threw. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

/** @param core only the rooms that these routes work with are looked at */
export async function listen(core: Partial<Core>): Promise<GitListener> {
  const git = createGitRoute();
  const aws = createAwsJsonRoute([codeCommit], "test");
  const faults: unknown[] = [];
  const server = createServer((request, response) => {
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const call = {
      core: core as Core,
      requestId: randomUUID(),
      path,
      query,
      proxies: NO_PROXIES,
      signal: new AbortController().signal,
      label() {},
      report(fault: unknown) {
        faults.push(fault);
      },
    };
    const route = path.startsWith("/git/") ? git : aws;
    route.handle(request, response, call).catch((fault) => {
      faults.push(fault);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
