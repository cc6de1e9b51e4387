import type { Effect } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { COPY_TOPIC, deleteCopy, insertCopies } from "../store/copies.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { Room } from "./room.ts";

type Of<T extends Effect["type"]> = Extract<Effect, { type: T }>;

interface Copies {
  readonly copyRequested: readonly Of<"copyRequested">[];
  readonly copyCancelled: readonly Of<"copyCancelled">[];
}

/** Queues the copies that are asked for with the jobs that wait for them, and forgets those that nobody needs (E3.7). */
export function writeCopies(
  tx: Tx,
  room: Room,
  pipeline: TakenPipeline,
  copies: Copies,
  at: number,
): Soon<void> {
  const { copyRequested, copyCancelled } = copies;
  // Mostly there are none, and every command asks.
  if (copyRequested.length + copyCancelled.length > 0) return write(tx, room, pipeline, copies, at);
}

async function write(
  tx: Tx,
  { announce }: Room,
  pipeline: TakenPipeline,
  { copyRequested, copyCancelled }: Copies,
  at: number,
): Promise<void> {
  if (copyRequested.length > 0) {
    await insertCopies(
      tx,
      copyRequested.map(({ copy }) => ({
        id: copy.id,
        pipeline_id: pipeline.id,
        execution_id: copy.executionId,
        account: pipeline.account,
        copy: JSON.stringify(copy),
        due: at,
      })),
    );
    afterCommit(tx, () => announce(COPY_TOPIC));
  }
  for (const { copyId } of copyCancelled) await deleteCopy(tx, copyId);
}
