import type { Effect } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { COPY_TOPIC, deleteCopy, insertCopies } from "../store/copies.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import { eachInTurn, inTurn } from "../store/soon.ts";
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
  { announce }: Room,
  pipeline: TakenPipeline,
  { copyRequested, copyCancelled }: Copies,
  at: number,
): Soon<void> {
  if (copyRequested.length > 0) afterCommit(tx, () => announce(COPY_TOPIC));
  const requested = copyRequested.map(({ copy }) => ({
    id: copy.id,
    pipeline_id: pipeline.id,
    execution_id: copy.executionId,
    account: pipeline.account,
    copy: JSON.stringify(copy),
    due: at,
  }));
  return inTurn(
    () => insertCopies(tx, requested),
    () => eachInTurn(copyCancelled, ({ copyId }) => deleteCopy(tx, copyId)),
  );
}
