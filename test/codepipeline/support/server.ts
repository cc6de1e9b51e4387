/** A server and an official client of it, on the database that the vitest project says. */
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import type { StorePlace } from "../../../src/core/store/open.ts";
import { createServer, type Server, type ServerOptions } from "../../../src/server/index.ts";
import { announceWorker } from "../../support/announced-worker.ts";
import { emptyDatabase } from "../../support/store.ts";

export interface Fixture extends AsyncDisposable {
  readonly server: Server;
  readonly client: CodePipelineClient;
  /** Where the server's store is. */
  readonly place: StorePlace;
  /** A client of the same server in another region. */
  clientOf(region: string): CodePipelineClient;
  /** A client in a region that no test was in before: nothing is there yet (§2.4). */
  freshClient(): CodePipelineClient;
}

/** Without a worker unless asked for: jobs of built-in types then wait, so that tests decide what happens when. */
export async function startServer(options: ServerOptions = {}): Promise<Fixture> {
  const stack = new AsyncDisposableStack();
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const server = stack.use(await createServer({ worker: false, logLevel: "error", ...place, ...options }));
  if (options.worker !== true) await announceWorker(server);
  const { url: endpoint, credentials } = server;
  const clientOf = (region: string) =>
    stack.adopt(new CodePipelineClient({ endpoint, region, credentials, maxAttempts: 1 }), (made) =>
      made.destroy(),
    );
  let regions = 0;
  return {
    server,
    place,
    client: clientOf(server.region),
    clientOf,
    freshClient: () => clientOf(`xx-test-${++regions}`),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The caller behind the server's own key (api.md §9.3). */
export const CALLER = "arn:aws:iam::000000000000:root";

/** `Code: message` of what a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("the call was not refused");
}
