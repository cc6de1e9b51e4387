/** Statements that are built once (statement.ts) are planned once too: each connection keeps them under a name. */
import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import { nameOf } from "./statement.ts";

/**
 * @param pool ours alone, with clients of `pg`
 * @returns the same connections, which plan a named statement at its first run only. Planning takes PostgreSQL longer
 *   than running one
 */
export function planningOnce(pool: pg.Pool): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  let named = true;

  async function query(client: pg.PoolClient, text: string, values: readonly unknown[]): Promise<unknown> {
    const name = named ? nameOf(text) : undefined;
    if (name === undefined) return client.query(text, [...values]);
    try {
      return await client.query({ name, text, values: [...values] });
    } catch (error) {
      if (!isOutdated(error)) throw error;
      named = false;
      // Inside a transaction nothing runs any more, and the whole of it is tried again for the first error.
      return client.query(text, [...values]).catch(() => Promise.reject(error));
    }
  }

  return {
    async connect() {
      const client = await pool.connect();
      let planning = known.get(client);
      if (planning === undefined) {
        planning = {
          query: (text: unknown, values: readonly unknown[] = []) =>
            query(client, text as string, values) as never,
          release: (destroy) => client.release(destroy),
        };
        known.set(client, planning);
      }
      return planning;
    },
    end: () => pool.end(),
  };
}

/**
 * Whether a newer server has changed a table under a plan, which PostgreSQL then refuses to use ("cached plan must not
 * change result type"). This server goes on without names, until it is upgraded too.
 */
export function isOutdated(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "0A000" &&
    "routine" in error &&
    error.routine === "RevalidateCachedQuery"
  );
}
