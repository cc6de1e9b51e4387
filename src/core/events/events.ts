import type { Access } from "../access/types.ts";
import type { Catalogue } from "../catalogue.ts";
import { type EventHorizon, eventHorizon } from "../store/event-horizon.ts";
import { presentPosition, prunedThrough } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { createHistory } from "./history.ts";
import { followRows, type RowPage, readPage } from "./outbox.ts";
import { render } from "./render.ts";
import type { EventForm, EventPage, Events } from "./types.ts";

export interface EventsOptions {
  readonly store: Store;
  readonly access: Pick<Access, "unseal">;
  readonly catalogue: Pick<Catalogue, "find">;
}

/** The state changes in the store. All readers of a server share one view of what is settled. */
export function createEvents({ store, access, catalogue }: EventsOptions): Events {
  const history = createHistory(store.read, access, catalogue);
  const horizon: EventHorizon = eventHorizon(store);

  async function rendered({ rows, through, missed }: RowPage, form: EventForm): Promise<EventPage> {
    return { events: await render(history, rows, form), through, missed };
  }

  return {
    newest: () => presentPosition(store.read),
    prunedThrough: () => prunedThrough(store.read),

    async *follow(after, form, signal) {
      for await (const page of followRows(store, horizon, after, signal)) yield rendered(page, form);
    },

    async *between(after, through, form) {
      for (let position = after; position < through; ) {
        const page = await readPage(store, position, through);
        yield rendered(page, form);
        position = page.through;
      }
    },
  };
}
