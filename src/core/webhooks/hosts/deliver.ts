/** From an authentic delivery of a git host to the executions that it starts (S4, S7.5 to S7.7). */
import { startByChange } from "../../commands/index.ts";
import type { Commands } from "../../commands/types.ts";
import type { PathComparer } from "../../connections/index.ts";
import { hookDeliveryIsKnown, insertHookDelivery, setDelivered } from "../../store/connection-hooks.ts";
import type { Room } from "../room.ts";
import type { ConnectionHook, ConnectionHooks, HookDelivery, HookOutcome } from "../types.ts";
import { changesOf } from "./changes.ts";
import { keyOf } from "./hooks.ts";
import { IncompleteError } from "./reading.ts";
import { keepPushed, withoutPolled } from "./refs.ts";
import { keepNews, withoutOldNews } from "./requests.ts";
import { lookedUp, MOST_REFS, meetings, pathsNeeded, startsOf } from "./starting.ts";

export interface DeliverRoom extends Omit<Room, "commands"> {
  readonly commands: Pick<Commands, "runIn">;
  readonly comparer: Pick<PathComparer, "compare">;
}

/** Another server started the same delivery meanwhile: nothing of this is kept. */
class DuplicateError extends Error {}

/** The connection was deleted meanwhile. */
class HookMissingError extends Error {}

export function deliverByHook(room: DeliverRoom): ConnectionHooks["deliver"] {
  return async (hook, delivery) => {
    try {
      return await deliver(room, hook, delivery);
    } catch (error) {
      if (error instanceof DuplicateError) return { kind: "duplicate" };
      if (error instanceof HookMissingError) return { kind: "hookMissing" };
      if (error instanceof IncompleteError) return { kind: "incomplete", message: error.message };
      throw error;
    }
  };
}

async function deliver(
  room: DeliverRoom,
  hook: ConnectionHook,
  { payload, event, key, digest }: HookDelivery,
): Promise<HookOutcome> {
  const { store, ambient, commands, comparer } = room;
  const identity = { ...keyOf(hook), delivery_key: key ?? null, digest };
  if (await hookDeliveryIsKnown(store.read, identity)) return { kind: "duplicate" };
  const told = changesOf(hook.providerType, event, payload);
  const changes = await withoutOldNews(store.read, hook, told);
  const watched = await lookedUp(store.read, hook, changes);
  if (watched.every(({ watchers }) => watchers.length === 0)) return { kind: "ignored" };
  // Git may have to fetch: nobody's transaction waits for that.
  const paths = await pathsNeeded(comparer, hook, watched);

  return store.transaction(async (tx) => {
    await keepNews(tx, hook, changes);
    const found = meetings(await lookedUp(tx, hook, changes), paths);
    if (found.length === 0) return { kind: "filtered" };
    const met = await withoutPolled(tx, hook, found);
    if (met.length === 0) return { kind: "duplicate" };
    if (met.length > MOST_REFS) return { kind: "tooManyRefs", most: MOST_REFS };
    if (!(await setDelivered(tx, keyOf(hook), ambient.now()))) throw new HookMissingError();
    if (!(await insertHookDelivery(tx, { ...identity, at: ambient.now() }))) throw new DuplicateError();
    await keepPushed(tx, hook, met);
    const starts = met.flatMap(({ change, watchers }) =>
      startsOf(hook, change, watchers, key, paths.get(change)?.truncated ?? false),
    );
    const started = await startByChange(tx, commands, starts);
    return { kind: "started", executions: started.length };
  });
}
