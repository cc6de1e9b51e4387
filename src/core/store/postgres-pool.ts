/** The connections of a server to its PostgreSQL. */
import pg from "pg";

const MAX_CONNECTIONS = 16;

interface Waiting {
  readonly resolve: (client: Promise<pg.PoolClient>) => void;
  readonly reject: (error: unknown) => void;
}

export interface Connections {
  /** @throws what kept it from being opened; it is said to all who wait at that moment, for they would be told the same */
  take(): Promise<pg.PoolClient>;
  /** Answers those who wait, then ends. */
  close(): Promise<void>;
}

/**
 * Opens one at a time, while who waits gets what others give back: PostgreSQL takes longer to begin a connection than to
 * answer most questions, so a burst of them is over before as many connections are there as it would have opened. Each
 * that is opened lets the next one be, so whoever holds one and waits for another gets it.
 */
export function connections(pool: pg.Pool): Connections {
  const waiting: Waiting[] = [];
  const taken = new Set<Promise<unknown>>();
  let opening = false;

  const isAtHand = () => pool.idleCount > pool.waitingCount;

  async function connect(): Promise<pg.PoolClient> {
    // When there are as many as may be, the pool's own queue is the one to wait in.
    if (isAtHand() || pool.totalCount === MAX_CONNECTIONS) return pool.connect();
    opening = true;
    try {
      return await pool.connect();
    } catch (error) {
      for (const { reject } of waiting.splice(0)) reject(error);
      throw error;
    } finally {
      opening = false;
      serve();
    }
  }

  function serve(): void {
    while (isAtHand() || !opening) {
      const next = waiting.shift();
      if (next === undefined) return;
      next.resolve(connect());
    }
  }

  // The event comes before the connection is back.
  pool.on("release", () => process.nextTick(serve));

  return {
    take() {
      const { promise, resolve, reject } = Promise.withResolvers<pg.PoolClient>();
      taken.add(promise);
      const forget = () => void taken.delete(promise);
      promise.then(forget, forget);
      waiting.push({ resolve, reject });
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

/** @param databaseUrl `postgres://…` */
export function openPool(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
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
