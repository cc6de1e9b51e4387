/** A server with users of its own, and clients that sign as they do. */
import type { StorePlace } from "../../src/core/store/open.ts";
import { createServer, type Server, type ServerOptions } from "../../src/server/index.ts";
import { type OpenedUsers, openUsers } from "../../src/server/open-users.ts";
import { announceWorker } from "./announced-worker.ts";
import { emptyDatabase } from "./store.ts";

export const ACCOUNT = "000000000000";
export const OTHER_ACCOUNT = "111122223333";

export interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Installation extends AsyncDisposable {
  readonly server: Server;
  /** Of its database. */
  readonly place: StorePlace;
  readonly users: OpenedUsers["users"];
  readonly roles: OpenedUsers["roles"];
  /** For the SDK's clients. */
  configOf(
    credentials: Key,
    region?: string,
  ): { endpoint: string; region: string; credentials: Key; maxAttempts: 1 };
  /** A new user with these statements, and its key. */
  userWith(statements: readonly object[], settings?: UserSettings): Promise<Key>;
}

interface UserSettings {
  readonly name?: string;
  readonly account?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Administration and server are apart, as with `millrace user` beside a server that runs. */
export async function installation(options: ServerOptions = {}): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const { place, remove } = await emptyDatabase();
  stack.defer(remove);
  const server = stack.use(await createServer({ worker: false, logLevel: "error", ...place, ...options }));
  if (options.worker !== true) await announceWorker(server);
  const opened = stack.use(await openUsers({ ...place, dataDir: server.dataDir }));
  const owned = stack.move();
  let made = 0;
  return {
    server,
    place,
    users: opened.users,
    roles: opened.roles,
    configOf: (credentials, region = server.region) => ({
      endpoint: server.url,
      region,
      credentials,
      maxAttempts: 1,
    }),
    async userWith(statements, { name = `user${++made}`, account = ACCOUNT, tags = {} } = {}) {
      const policy = policyOf(...statements);
      const { accessKeyId, secretAccessKey } = await opened.users.create({ account, name }, { policy, tags });
      return { accessKeyId, secretAccessKey };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export const ALLOW_ALL = { Effect: "Allow", Action: "*", Resource: "*" };
