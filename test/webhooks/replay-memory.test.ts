/** How long a delivery is known (S1.33). */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Store } from "../../src/core/store/store.ts";
import { deliveryIsKnown, insertDelivery } from "../../src/core/store/webhooks.ts";
import { createWebhooks, type WebhooksOptions } from "../../src/core/webhooks/webhooks.ts";
import { emptyStore } from "../support/store.ts";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_800_000_000_000;

function remember(store: Store, webhookId: string, key: string | null, digest: string | null, at: number) {
  const row = {
    execution_id: randomUUID(),
    webhook_id: webhookId,
    delivery_key: key,
    digest,
    event: null,
    sender: null,
    address: "192.0.2.1",
    at,
  };
  return store.transaction((tx) => insertDelivery(tx, row));
}

test("deliveries are known for as many days as the operator says, however many there are, and then forgotten", async () => {
  const store = await emptyStore();
  try {
    const webhooks = createWebhooks({
      store,
      ambient: { now: () => NOW, newId: randomUUID, randomBytes: (size: number) => new Uint8Array(size) },
      replayDays: 3,
      publicUrl: () => "",
    } as unknown as WebhooksOptions);
    for (let old = 0; old < 510; old++) await remember(store, "w", `old-${old}`, null, NOW - 3 * DAY - 1);
    await remember(store, "w", "young", "d", NOW - 3 * DAY);
    const isKnown = (delivery_key: string | null, digest: string | null = null) =>
      deliveryIsKnown(store.read, { webhook_id: "w", delivery_key, digest });
    expect(await isKnown("old-509")).toBe(true);

    expect(await webhooks.forgetDeliveries()).toBeGreaterThan(NOW);

    expect(await isKnown("old-0")).toBe(false);
    expect(await isKnown("old-509")).toBe(false);
    expect(await isKnown("young")).toBe(true);
    expect(await isKnown(null, "d")).toBe(true);
    expect(await isKnown(null)).toBe(false);
  } finally {
    await store.close();
  }
});

test("S1.36 of two with one key, or one body, one is kept; without either all are", async () => {
  const store = await emptyStore();
  try {
    expect(await remember(store, "w", "k", null, NOW)).toBe(true);
    expect(await remember(store, "w", "k", "d", NOW)).toBe(false);
    expect(await remember(store, "w", "l", "d", NOW)).toBe(true);
    expect(await remember(store, "w", "m", "d", NOW)).toBe(false);
    expect(await remember(store, "x", "k", "d", NOW)).toBe(true);
    expect(await remember(store, "w", null, null, NOW)).toBe(true);
    expect(await remember(store, "w", null, null, NOW)).toBe(true);
  } finally {
    await store.close();
  }
});
