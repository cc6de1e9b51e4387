/** Events written as commands write them: after the transaction has changed something else. */
import { randomUUID } from "node:crypto";
import { insertEvents, newestPosition } from "../../../src/core/store/events.ts";
import type { Store, Tx } from "../../../src/core/store/store.ts";

/** @returns the event's id */
export async function writeEvent(tx: Tx, execution = "e-1", changes: object = {}): Promise<string> {
  const id = randomUUID();
  await tx.insertInto("removed_pipeline").values({ pipeline_id: id, removed: 0 }).execute();
  const event = { level: "pipeline", state: "STARTED", executionId: execution, version: 1, attempt: 1 };
  await insertEvents(tx, [
    {
      id,
      pipeline_id: "p-1",
      account: "000000000000",
      region: "us-east-1",
      pipeline_name: "app",
      execution_id: execution,
      event: JSON.stringify({ ...event, startedAt: 0, at: 0, ...changes }),
    },
  ]);
  return id;
}

/** A transaction that has written an event and stays open until the test ends it. */
export async function openTransaction(store: Store) {
  const written = Promise.withResolvers<string>();
  const end = Promise.withResolvers<void>();
  const done = store.transaction(async (tx) => {
    const id = await writeEvent(tx);
    // A write isn't waited for until somebody asks: only then has the event its position.
    await newestPosition(tx);
    written.resolve(id);
    await end.promise;
  });
  return {
    id: await written.promise,
    async commit() {
      end.resolve();
      await done;
    },
    async rollback() {
      end.reject(new Error("rolled back by the test"));
      await done.catch(() => undefined);
    },
  };
}

export { newestPosition };
