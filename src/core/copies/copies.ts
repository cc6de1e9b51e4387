/** The queue of copies, worked off: each is made, then reported to the engine in one transaction with its row's end. */
import { ObjectError } from "../artifacts/error.ts";
import type { Artifacts } from "../artifacts/types.ts";
import type { Commands } from "../commands/types.ts";
import type { RequestedCopy } from "../engine/index.ts";
import type { Ambient } from "../scope.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import { COPY_TOPIC, claimCopy, deleteCopy, dueCopies, nextCopyDue, putOffCopy } from "../store/copies.ts";
import { takePipeline } from "../store/pipelines.ts";
import type { Store } from "../store/store.ts";
import type { CopyRow } from "../store/tables/copies.ts";
import type { Copies, FailedCopy } from "./types.ts";

export interface CopiesOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly artifacts: Pick<Artifacts, "whereIs" | "copy">;
  readonly commands: Pick<Commands, "runOn">;
  onFailure(failure: FailedCopy): void;
}

/** A copy is disk work: more at once wouldn't be faster. */
const AT_ONCE = 4;
const PAGE = 100;
/** After a server died its copies wait this long for another; who is at work renews its claim meanwhile. */
const CLAIM_MS = 10_000;
const RENEW_MS = 3_000;
/** After an error of the system (a full disk, say); the action's time-out ends it at last. */
const AGAIN_MS = 5_000;

export function createCopies({ store, ambient, artifacts, commands, onFailure }: CopiesOptions): Copies {
  const atWork = new Map<string, Promise<void>>();
  const listeners = new Set<(due: number) => void>();
  let closed = false;

  function lookAgain(): void {
    for (const listener of listeners) listener(ambient.now());
  }

  function claim(row: CopyRow): Promise<boolean> {
    return store.transaction((tx) => claimCopy(tx, row, ambient.now() + CLAIM_MS));
  }

  function putOff(id: string, wait: number): Promise<void> {
    return store.transaction((tx) => putOffCopy(tx, id, ambient.now() + wait));
  }

  async function make(row: CopyRow, copy: RequestedCopy): Promise<void> {
    if (!(await claim(row))) return;
    // One that can't be renewed ends, and another server makes the same copy: that does no harm.
    const renewal = setInterval(() => void putOff(row.id, CLAIM_MS).catch(() => undefined), RENEW_MS);
    try {
      const problem = await tryOnce(row.account, copy);
      clearInterval(renewal);
      await report(row, copy, problem);
    } catch (err) {
      clearInterval(renewal);
      onFailure({ err, copyId: row.id, from: placeOf(copy.from), to: placeOf(copy.to) });
      await putOff(row.id, AGAIN_MS);
    }
  }

  /** @returns why it can't be made, in words for the pipeline's owner; undefined when it was made */
  async function tryOnce(account: string, { from, to }: RequestedCopy): Promise<string | undefined> {
    try {
      if (await artifacts.copy(account, from, to)) return undefined;
      return `there is no object '${from.key}' in bucket '${from.bucket}'.`;
    } catch (error) {
      if (error instanceof ObjectError) return error.message;
      throw error;
    }
  }

  async function report({ id, pipeline_id }: CopyRow, copy: RequestedCopy, problem?: string): Promise<void> {
    const { executionId, stage, action, actionExecutionId, artifact, to } = copy;
    const whose = { executionId, stage, action, actionExecutionId, copyId: id };
    await store.transaction(async (tx) => {
      const pipeline = await takePipeline(tx, pipeline_id);
      // Gone meanwhile: nobody waits for it, or another server was faster.
      if (pipeline === undefined || !(await deleteCopy(tx, id))) return;
      const message = `Input artifact '${artifact}' could not be copied to region '${to.region}': ${problem}`;
      await commands.runOn(
        tx,
        pipeline,
        problem === undefined ? { type: "copyDone", ...whose } : { type: "copyFailed", ...whose, message },
      );
    });
  }

  async function beginOne(row: CopyRow): Promise<void> {
    const copy = JSON.parse(row.copy) as RequestedCopy;
    // Only the server whose files they are can copy them.
    if ((await artifacts.whereIs(row.account, copy.from)) === "elsewhere") return;
    const work = make(row, copy).catch((err: unknown) => {
      onFailure({ err, copyId: row.id, from: placeOf(copy.from), to: placeOf(copy.to) });
    });
    atWork.set(
      row.id,
      work.finally(() => {
        atWork.delete(row.id);
        if (!closed) lookAgain();
      }),
    );
  }

  return {
    async begin() {
      for (const row of await dueCopies(store.read, ambient.now(), PAGE)) {
        // The end of one looks again.
        if (closed || atWork.size >= AT_ONCE) return undefined;
        if (!atWork.has(row.id)) await beginOne(row);
      }
      return nextCopyDue(store.read, ambient.now());
    },

    onQueued(listener) {
      listeners.add(listener);
      const stopListening = store.listen((topic) => {
        if (topic === COPY_TOPIC || topic === ANY_TOPIC) listener(ambient.now());
      });
      return () => {
        listeners.delete(listener);
        stopListening();
      };
    },

    async close() {
      closed = true;
      await Promise.all(atWork.values());
    },
  };
}

function placeOf({ bucket, key }: RequestedCopy["from"]): string {
  return `${bucket}/${key}`;
}
