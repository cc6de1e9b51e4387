/** Announcements across the servers of one PostgreSQL database, by LISTEN and NOTIFY. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import pg from "pg";
import { ANY_TOPIC, type Announcements, localAnnouncements } from "./announcements.ts";
import { CONNECT_MS } from "./postgres-pool.ts";
import type { Reader } from "./store.ts";

const CHANNEL = "millrace";
/** PostgreSQL takes payloads of up to 8,000 bytes; topics are short ASCII texts. */
const TOPICS_PER_NOTICE = 40;
const RECONNECT_MS = 1_000;

interface Notice {
  readonly from: string;
  readonly topics: readonly string[];
}

/**
 * Sent after the commit and not in it: a notice inside would make all commits queue behind one lock. A server that
 * dies between the two leaves the others to their own regular looks.
 */
export async function postgresAnnouncements(
  db: Reader,
  connectionString: string,
): Promise<Announcements & { close(): Promise<void> }> {
  const local = localAnnouncements();
  const from = randomUUID();
  const unsent = new Set<string>();
  let sending: Promise<void> | undefined;
  let listener: pg.Client | undefined;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let reconnecting: Promise<void> | undefined;

  async function send(): Promise<void> {
    while (unsent.size > 0) {
      const topics = [...unsent].slice(0, TOPICS_PER_NOTICE);
      for (const topic of topics) unsent.delete(topic);
      const notice: Notice = { from, topics };
      const payload = JSON.stringify(notice);
      await sql`select pg_notify(${CHANNEL}, ${payload})`.execute(db).catch(() => undefined);
    }
    sending = undefined;
  }

  async function connect(): Promise<void> {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_MS });
    client.on("error", () => undefined);
    client.on("end", () => {
      if (!closed)
        retry = setTimeout(() => {
          reconnecting = reconnect();
        }, RECONNECT_MS);
    });
    client.on("notification", ({ payload }) => {
      const notice = JSON.parse(payload ?? "") as Notice;
      if (notice.from !== from) for (const topic of notice.topics) local.announce(topic);
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      listener = client;
    } catch (error) {
      // One that is connected and deaf would never be missed.
      await client.end();
      throw error;
    }
  }

  async function reconnect(): Promise<void> {
    try {
      await connect();
      local.announce(ANY_TOPIC);
    } catch {
      // The connection's own "end" has set the next try.
    }
  }

  await connect().catch((error: unknown) => {
    closed = true;
    clearTimeout(retry);
    throw error;
  });
  return {
    announce(topic) {
      local.announce(topic);
      unsent.add(topic);
      sending ??= send();
    },
    listen: local.listen,
    async close() {
      closed = true;
      clearTimeout(retry);
      await Promise.all([sending, reconnecting]);
      await listener?.end();
    },
  };
}
