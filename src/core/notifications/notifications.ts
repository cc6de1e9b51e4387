/** Delivering messages about approvals, outside of the actions: no failure here reaches an approval (P5.4). */
import type { Way } from "../../network/index.ts";
import type { Logs } from "../logs/types.ts";
import type { Ambient } from "../scope.ts";
import { ANY_TOPIC } from "../store/announcements.ts";
import {
  claimNotification,
  deleteNotification,
  dueNotifications,
  NOTIFICATION_TOPIC,
  nextNotificationDue,
  putOffNotification,
  waitingApproval,
} from "../store/notifications.ts";
import type { Store } from "../store/store.ts";
import type { NotificationRow } from "../store/tables/notifications.ts";
import { tryAll } from "../try-all.ts";
import { NoKeysError } from "./no-keys-error.ts";
import { post } from "./post.ts";
import { type NotificationRequest, requestOf } from "./request.ts";
import type { Claimed, Destination, FailedDelivery, Notifications } from "./types.ts";

export interface NotificationsOptions {
  readonly store: Store;
  readonly ambient: Ambient;
  readonly logs: Pick<Logs, "note">;
  readonly way: Way;
  /** Base of the links in messages, without a trailing slash. */
  publicUrl(): string;
  /** Where messages to a topic go; undefined when nothing is configured for it. */
  destinationOf(topic: string): Destination | undefined;
  onFailure(failure: FailedDelivery): void;
}

/** Between the ten tries, which take an hour together. */
const WAITS_MS = [5, 25, 120, 450, 600, 600, 600, 600, 600].map((seconds) => seconds * 1000);
/** Longer than a try can take. */
const CLAIM_MS = 20_000;
/** Tries at once: a receiver that doesn't answer holds the others up for one time limit at most. */
const AT_ONCE = 20;

/** What gives keys of roles to who tells of approvals there. */
function rolesFor(destination: Destination | undefined) {
  return destination !== undefined && "endpoint" in destination ? destination.roles : undefined;
}

export function createNotifications(options: NotificationsOptions): Notifications {
  const { store, ambient, logs, way, publicUrl, destinationOf, onFailure } = options;
  const closing = new AbortController();

  /** Takes a message for one try. @returns how to send it; undefined when it isn't to be sent (any more) */
  function claim(row: NotificationRow): Promise<Claimed | undefined> {
    return store.transaction(async (tx) => {
      if (!(await claimNotification(tx, row, ambient.now() + CLAIM_MS))) return undefined;
      const approval = await waitingApproval(tx, row.action_execution_id);
      const destination = destinationOf(row.topic);
      const say = (text: string) =>
        logs.note(tx, row.action_execution_id, { time: ambient.now(), text: `[Millrace] ${text}` });
      const { roleArn } = approval ?? {};
      if (roleArn !== undefined && row.tries === 0 && rolesFor(destination) === undefined)
        await say(`roleArn ${roleArn} is not used by this provider here`);
      if (approval !== undefined && destination !== undefined) return { approval, destination };
      await deleteNotification(tx, row.id);
      if (approval !== undefined)
        await say(`no destination is configured for ${row.topic}: nobody was notified`);
      return undefined;
    });
  }

  /** @returns why it didn't arrive; undefined when it did */
  async function send(row: NotificationRow, claimed: Claimed): Promise<string | undefined> {
    let request: NotificationRequest;
    try {
      request = await requestOf(row, claimed, { publicUrl: publicUrl(), way, closing: closing.signal });
    } catch (error) {
      if (error instanceof NoKeysError) return error.message;
      throw error;
    }
    return post(request, way, closing.signal);
  }

  async function tryOnce(row: NotificationRow): Promise<void> {
    const claimed = await claim(row);
    if (claimed === undefined) return;
    const reason = await send(row, claimed);
    // The claim ends by itself: what a closing server can't finish comes again.
    if (reason !== undefined && closing.signal.aborted) return;
    const wait = reason === undefined ? undefined : WAITS_MS[row.tries];
    await store.transaction((tx) =>
      wait === undefined
        ? deleteNotification(tx, row.id)
        : putOffNotification(tx, row.id, ambient.now() + wait),
    );
    if (reason === undefined) return;
    const tries = row.tries + 1;
    onFailure({ topic: row.topic, pipeline: row.pipeline_name, tries, reason, givenUp: wait === undefined });
  }

  return {
    async deliver() {
      if (closing.signal.aborted) return undefined;
      const due = await dueNotifications(store.read, ambient.now(), AT_ONCE);
      await tryAll(due, tryOnce, "notifications could not be delivered");
      return nextNotificationDue(store.read);
    },

    onQueued: (listener) =>
      store.listen((topic) => {
        if (topic === NOTIFICATION_TOPIC || topic === ANY_TOPIC) listener(ambient.now());
      }),

    close: () => closing.abort(),
  };
}
