/** Adding, listing and removing sinks: by an administrator's command, also while servers run. */
import { isAbsolute } from "node:path";
import type { Access } from "../../access/types.ts";
import type { Ambient } from "../../scope.ts";
import { deleteSink, insertSink, listSinks, SINKS_TOPIC } from "../../store/event-sinks.ts";
import { newestPosition, presentPosition, prunedThrough } from "../../store/events.ts";
import type { Store } from "../../store/store.ts";
import type { EventSinkRow } from "../../store/tables/events.ts";
import { type NewSink, SinkError, type SinkKind, type SinkSummary, type Sinks } from "../types.ts";
import { keyOf } from "./signature.ts";

export interface SinksOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  /** What addresses and keys are sealed with: the installation's secret. */
  readonly access: Pick<Access, "seal">;
}

/** The address and key of a `url` sink, as they are sealed. */
export interface SealedAddress {
  readonly url: string;
  readonly secret: string;
}

/** A sealed address that somebody copies to another row opens for nobody. */
export function contextOf(id: string): string {
  return `event sink ${id}`;
}

export function createSinks({ store, ambient, access }: SinksOptions): Sinks {
  return {
    async add(sink, from) {
      checkSink(sink);
      const id = ambient.newId();
      const { kind, target, secret, form } = sink;
      const address: SealedAddress | undefined = secret === undefined ? undefined : { url: target, secret };
      const position = await (from === "now" ? presentPosition : prunedThrough)(store.read);
      const row = newRow(
        { id, origin: "command", kind, target: shownTarget(sink), form, position },
        ambient.now(),
      );
      const sealed = address && access.seal(JSON.stringify(address), contextOf(id));
      await store.transaction((tx) => insertSink(tx, { ...row, sealed: sealed ?? null }));
      store.announce(SINKS_TOPIC);
      return id;
    },

    async list() {
      const newest = await newestPosition(store.read);
      return (await listSinks(store.read)).map((row) => summaryOf(row, newest));
    },

    async remove(id) {
      const removed = await store.transaction((tx) => deleteSink(tx, id));
      store.announce(SINKS_TOPIC);
      return removed;
    },
  };
}

/** @throws SinkError that shows no secret, nor the rest of a URL that may hold one */
export function checkSink({ kind, target, secret }: NewSink): void {
  switch (kind) {
    case "url":
      checkUrl(target);
      if (secret === undefined || keyOf(secret) === undefined)
        throw new SinkError(
          "the secret of a URL must be whsec_ and the base64 of 16 to 128 bytes, or a text of 16 to 128 bytes",
        );
      return;
    case "file":
      if (!isAbsolute(target)) throw new SinkError(`the path of a file must be absolute, got '${target}'`);
      return;
    case "stdout":
      if (secret !== undefined)
        throw new SinkError("only what is sent to a URL is signed: leave the secret out");
  }
}

function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new SinkError("the URL must be an http or https URL without user and password");
}

/** Paths and queries of webhooks often hold a token: their origin has to do. */
export function shownTarget({ kind, target }: Pick<NewSink, "kind" | "target">): string {
  return kind === "url" ? (URL.parse(target)?.origin ?? "") : target;
}

export function newRow(
  sink: Pick<EventSinkRow, "id" | "origin" | "kind" | "target" | "form" | "position">,
  created: number,
): EventSinkRow {
  return {
    ...sink,
    sealed: null,
    created,
    owner: null,
    lease_until: 0,
    dropped: 0,
    failing_since: null,
    last_error: null,
  };
}

function summaryOf(row: EventSinkRow, newest: number): SinkSummary {
  return {
    id: row.id,
    origin: row.origin === "settings" ? "settings" : "command",
    kind: kindOf(row),
    target: row.target,
    form: row.form === "notification" ? "notification" : "event",
    signed: row.kind === "url",
    position: row.position,
    behind: Math.max(0, newest - row.position),
    dropped: row.dropped,
    failingSince: row.failing_since ?? undefined,
    lastError: row.last_error ?? undefined,
  };
}

/** @throws Error for a kind that a newer Millrace has made */
export function kindOf({ id, kind }: Pick<EventSinkRow, "id" | "kind">): SinkKind {
  if (kind === "url" || kind === "file" || kind === "stdout") return kind;
  throw new Error(`event sink ${id} is of the unknown kind '${kind}'`);
}
