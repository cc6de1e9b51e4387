/** The connections of a server to its PostgreSQL. */
import pg from "pg";

const MAX_CONNECTIONS = 16;
/** One who takes the connection and says nothing would be waited for for ever. */
export const CONNECT_MS = 10_000;

export interface Connections {
  /** @throws what kept it from being opened: to who tried, and to all who wait where there is none to wait for */
  take(): Promise<pg.PoolClient>;
  /** Answers those who wait, then ends. */
  close(): Promise<void>;
}

/**
 * Opens no more at a time than there are already, while who waits gets what others give back: PostgreSQL takes longer to
 * begin a connection than to answer most questions, so a burst of them is over before as many connections are there as it
 * would have opened. Whoever holds one and waits for another gets it, for each that is there lets one be opened.
 *
 * @param pool nobody else's, so that its own queue is empty but for those whom an idle connection is on its way to
 */
export function connections(pool: pg.Pool): Connections {
  const waiting: PromiseWithResolvers<pg.PoolClient>[] = [];
  const taken = new Set<Promise<unknown>>();
  let opening = 0;

  const isAtHand = () => pool.idleCount > pool.waitingCount;
  const mayOpen = () => pool.totalCount < MAX_CONNECTIONS && opening < Math.max(1, pool.totalCount - opening);

  async function open(): Promise<pg.PoolClient> {
    opening += 1;
    try {
      return await pool.connect();
    } catch (error) {
      // Those who wait would be told the same, one after the other.
      if (pool.totalCount === 0) for (const { reject } of waiting.splice(0)) reject(error);
      throw error;
    } finally {
      opening -= 1;
      serve();
    }
  }

  function serve(): void {
    while (waiting.length > 0 && (isAtHand() || mayOpen())) {
      const connect = isAtHand() ? pool.connect() : open();
      waiting.shift()?.resolve(connect);
    }
  }

  // The event comes before the connection is back.
  pool.on("release", () => process.nextTick(serve));
  pool.on("remove", serve);

  return {
    take() {
      const place = Promise.withResolvers<pg.PoolClient>();
      const { promise } = place;
      taken.add(promise);
      const forget = () => void taken.delete(promise);
      promise.then(forget, forget);
      waiting.push(place);
      serve();
      return promise;
    },
    async close() {
      // A pool that ends forgets who waits for it.
      while (taken.size > 0) await Promise.allSettled(taken);
      await pool.end();
    },
  };
}

/** One that is never answered would keep others from being opened. The pool's own limit would also be one for waiting. */
class Client extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

/** @param databaseUrl `postgres://…` */
export function openPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    Client,
    types: { getTypeParser },
    pipeline: true,
  });
  // An idle connection that breaks leaves the pool; the next query opens another or tells its caller.
  pool.on("error", () => undefined);
  // One that breaks in use tells whoever waits for its answers; without a listener it would end the process too.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Times and counts are `int8`, which pg gives as text; ours all fit a number. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === pg.types.builtins.INT8 && format !== "binary") return Number;
  return pg.types.getTypeParser(oid, format as "text");
}
