import type { GitHub } from "../github/types.ts";
import type { Scope } from "../scope.ts";
import { findWebhookByUrl, forgetDeliveries, setWebhookError } from "../store/webhooks.ts";
import { createTurns } from "../turns.ts";
import { deliverCommand } from "./deliver.ts";
import { opened } from "./opened.ts";
import { deregisterCommand, registerCommand } from "./register.ts";
import type { Room } from "./room.ts";
import type { Webhooks } from "./types.ts";
import { hashOf } from "./url.ts";

export interface WebhooksOptions extends Room {
  /** Days for which a delivery that started something is known (S1.33). */
  readonly replayDays: number;
  readonly gitHub: GitHub;
  /** Without a trailing slash; known once the server listens. */
  publicUrl(): string;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOK_AGAIN_MS = 60 * 60 * 1000;
/** Rows at a time: others' transactions go between. */
const CHUNK = 500;

export function createWebhooks({ replayDays, gitHub, publicUrl, ...room }: WebhooksOptions): Webhooks {
  const { store, ambient } = room;
  const setError: Webhooks["setError"] = async ({ id, error: known }, error) => {
    // Once for a cause: who is refused again and again makes nothing be written.
    if (known?.code === error?.code && known?.message === error?.message) return;
    await store.transaction((tx) => setWebhookError(tx, id, error ?? null));
  };
  const registering = { ...room, gitHub, publicUrl, setError };
  const register = registerCommand(registering);
  const deregister = deregisterCommand(registering);
  const inTurn = createTurns();
  const turnOf = ({ account, region }: Scope, name: string) => `${account}/${region}/${name}`;

  return {
    async find(urlId) {
      const row = await findWebhookByUrl(store.read, hashOf(urlId));
      return row && opened(room, row);
    },

    deliver: deliverCommand(room),

    setError,

    // Two at once would each find no hook, and make one.
    register: (scope, name) => inTurn(turnOf(scope, name), () => register(scope, name)),
    deregister: (scope, name) => inTurn(turnOf(scope, name), () => deregister(scope, name)),

    async forgetDeliveries() {
      const before = ambient.now() - replayDays * DAY_MS;
      let forgotten = CHUNK;
      while (forgotten === CHUNK) {
        forgotten = await store.transaction((tx) => forgetDeliveries(tx, before, CHUNK));
      }
      return ambient.now() + LOOK_AGAIN_MS;
    },
  };
}
