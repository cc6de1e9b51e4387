/**
 * Serving the sinks: with many servers on one database, each sink by one of them at a time. A server holds a sink by a
 * lease that it renews; when it dies, another takes over where the sink's kept position is, so what was on its way may
 * be sent twice and nothing is left out.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Way } from "../../../network/index.ts";
import type { Access } from "../../access/types.ts";
import type { Ambient } from "../../scope.ts";
import { ANY_TOPIC } from "../../store/announcements.ts";
import { holdSink, keepSink, listSinks, releaseSink, SINKS_TOPIC } from "../../store/event-sinks.ts";
import { presentPosition } from "../../store/events.ts";
import type { Store } from "../../store/store.ts";
import type { EventSinkRow } from "../../store/tables/events.ts";
import type { Events, NewSink } from "../types.ts";
import { checkSink, contextOf, kindOf, newRow, type SealedAddress, shownTarget } from "./administration.ts";
import type { Channel } from "./channel.ts";
import { appendLines, lineChannel } from "./lines.ts";
import { Progress, SinkLostError } from "./progress.ts";
import { RETRY, type RetryPolicy } from "./retry.ts";
import { type SinkTrouble, serveSink } from "./runner.ts";
import { keyOf } from "./signature.ts";
import { webhookChannel } from "./webhook.ts";

/** Another server takes over after this, when one dies without a word. */
const LEASE_MS = 6_000;
/** Looks for new and free sinks, and renews leases. */
const LOOK_EVERY_MS = 1_000;
/** After a runner failed by a fault of ours or of the database. */
const RESTART_MS = 1_000;

export interface SinkServiceOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly access: Pick<Access, "unseal">;
  readonly events: Pick<Events, "follow">;
  /** Sinks that this server's settings name: only this server, or one with the same, serves them. */
  readonly ofSettings: ReadonlyMap<string, NewSink>;
  readonly way: Way;
  /** Where a `stdout` sink writes. */
  writeOut(text: string): Promise<void>;
  onTrouble(trouble: SinkTrouble): void;
  /** A fault of ours or of the database; what failed is tried again. */
  onError(error: unknown): void;
  readonly retry?: RetryPolicy;
}

export interface SinkService {
  /** Ends tries that are under way and lets go of the sinks. */
  stop(): Promise<void>;
}

interface Running {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  heldUntil: number;
}

export function startSinkService(options: SinkServiceOptions): SinkService {
  const { store, ambient, access, events, ofSettings, onError } = options;
  // Only one server works on a SQLite file: what the one before held when it died is this one's.
  const owner = store.dialect === "sqlite" ? "this server" : ambient.newId();
  const running = new Map<string, Running>();
  const closing = new AbortController();

  function serves({ id, origin }: EventSinkRow): boolean {
    return origin === "settings" ? ofSettings.has(id) : true;
  }

  function channelOf(row: EventSinkRow): Channel {
    switch (kindOf(row)) {
      case "url":
        return webhookChannel(addressOf(row), options.way, ambient.now);
      case "file":
        return lineChannel((text) => appendLines(row.target, text));
      case "stdout":
        return lineChannel(options.writeOut);
    }
  }

  function addressOf({ id, sealed }: EventSinkRow) {
    const set = ofSettings.get(id);
    const opened = sealed === null ? undefined : access.unseal(sealed, contextOf(id));
    const { url, secret } = set
      ? { url: set.target, secret: set.secret ?? "" }
      : (JSON.parse(opened ?? "{}") as Partial<SealedAddress>);
    const key = keyOf(secret ?? "");
    if (url === undefined || key === undefined)
      throw new Error(`event sink ${id} was sealed with another key than this server's: add it again`);
    return { url, key };
  }

  async function hold(id: string): Promise<number | undefined> {
    const now = ambient.now();
    const until = now + LEASE_MS;
    return (await store.transaction((tx) => holdSink(tx, { id, owner, until }, now))) ? until : undefined;
  }

  function begin(row: EventSinkRow, heldUntil: number): void {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, closing.signal]);
    const ended = serve(row, signal)
      .catch(async (error) => {
        if (error instanceof SinkLostError) return;
        onError(error);
        await sleep(RESTART_MS, undefined, { signal }).catch(() => undefined);
      })
      .finally(() => running.delete(row.id));
    running.set(row.id, { stop, ended, heldUntil });
  }

  async function serve(row: EventSinkRow, signal: AbortSignal): Promise<void> {
    const progress = new Progress(
      store,
      { id: row.id, owner },
      {
        position: row.position,
        dropped: row.dropped,
        failingSince: row.failing_since,
        lastError: row.last_error,
      },
    );
    const { id } = row;
    const form = row.form === "notification" ? "notification" : "event";
    const { retry = RETRY, onTrouble } = options;
    await serveSink(
      { id, form, channel: channelOf(row), progress, events, ambient, retry, onTrouble },
      signal,
    );
  }

  /** Lets go of what isn't ours any more, renews what is, takes what is free. */
  async function look(): Promise<void> {
    const rows = (await listSinks(store.read)).filter(serves);
    const ids = new Set(rows.map(({ id }) => id));
    for (const [id, { stop }] of running) if (!ids.has(id)) stop.abort();
    for (const row of rows) {
      const mine = running.get(row.id);
      if (mine !== undefined && mine.heldUntil - ambient.now() > LEASE_MS / 2) continue;
      if (mine === undefined && row.owner !== null && row.owner !== owner && row.lease_until >= ambient.now())
        continue;
      const until = await hold(row.id);
      if (until === undefined) mine?.stop.abort();
      else if (mine !== undefined) mine.heldUntil = until;
      // Read again: its position is what the server before kept last.
      else await beginWith(row.id, until);
    }
  }

  async function beginWith(id: string, until: number): Promise<void> {
    const row = (await listSinks(store.read)).find((sink) => sink.id === id);
    if (row !== undefined && !closing.signal.aborted) begin(row, until);
  }

  async function keepThoseOfSettings(): Promise<void> {
    if (ofSettings.size === 0) return;
    const position = await presentPosition(store.read);
    for (const [id, sink] of ofSettings) {
      checkSink(sink);
      const { kind, form } = sink;
      const row = newRow(
        { id, origin: "settings", kind, target: shownTarget(sink), form, position },
        ambient.now(),
      );
      await store.transaction((tx) => keepSink(tx, row));
    }
  }

  async function work(): Promise<void> {
    let kept = false;
    while (!closing.signal.aborted) {
      const word = nextWord(store, closing.signal);
      try {
        if (!kept) await keepThoseOfSettings();
        kept = true;
        await look();
      } catch (error) {
        onError(error);
      }
      await word;
    }
  }

  const working = work();
  return {
    async stop() {
      closing.abort();
      await working;
      const held = [...running.entries()];
      await Promise.all(held.map(([, { ended }]) => ended));
      for (const [id] of held) await store.transaction((tx) => releaseSink(tx, { id, owner })).catch(onError);
    },
  };
}

/** Resolves when sinks were changed, when it is time to look, or on abort. */
async function nextWord(store: Store, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stopListening = store.listen((topic) => {
    if (topic === SINKS_TOPIC || topic === ANY_TOPIC) resolve();
  });
  signal.addEventListener("abort", () => resolve(), { once: true });
  const timeout = setTimeout(resolve, LOOK_EVERY_MS);
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timeout);
  stopListening();
}
