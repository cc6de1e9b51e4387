/** A whole server, on the database that the vitest project says. */
import { createServer, type Server, type ServerOptions } from "../../src/server/index.ts";
import { announceWorker } from "./announced-worker.ts";
import { emptyDatabase } from "./store.ts";

export interface TestServer extends AsyncDisposable {
  readonly server: Server;
  /** For the SDK's clients. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Server["credentials"];
    readonly maxAttempts: 1;
  };
}

export async function testServer(options: ServerOptions = {}): Promise<TestServer> {
  await using stack = new AsyncDisposableStack();
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const server = stack.use(await createServer({ logLevel: "error", ...place, ...options }));
  if (options.worker === false) await announceWorker(server);
  const { url: endpoint, region, credentials } = server;
  const owned = stack.move();
  return {
    server,
    config: { endpoint, region, credentials, maxAttempts: 1 },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
