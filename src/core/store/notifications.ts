/** The queue of messages about approvals: a row for each that is still to be sent (P5.4). */
import { insertInto } from "./statement.ts";
import type { Reader, Tx } from "./store.ts";
import type { NotificationRow } from "./tables/notifications.ts";

/** Announced when rows were added. */
export const NOTIFICATION_TOPIC = "notifications";

export const insertNotifications = insertInto("notification");

/**
 * What is due by `now`, the longest due first; but what was tried least before: all that a receiver which doesn't answer
 * is to be sent would hold up the others' else.
 */
export async function dueNotifications(db: Reader, now: number, limit: number): Promise<NotificationRow[]> {
  return db
    .selectFrom("notification")
    .selectAll()
    .where("due", "<=", now)
    .orderBy("tries")
    .orderBy("due")
    .orderBy("id")
    .limit(limit)
    .execute();
}

/** When the first is due. */
export async function nextNotificationDue(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom("notification").select("due").orderBy("due").limit(1).executeTakeFirst();
  return row?.due;
}

/**
 * Counts a try, and puts the next one off until `until`, so that no other server tries meanwhile, and a later one does
 * if this server dies.
 *
 * @returns false when another server was first, or the row is gone
 */
export async function claimNotification(
  tx: Tx,
  { id, due, tries }: Pick<NotificationRow, "id" | "due" | "tries">,
  until: number,
): Promise<boolean> {
  const result = await tx
    .updateTable("notification")
    .set({ due: until, tries: tries + 1 })
    .where("id", "=", id)
    .where("due", "=", due)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function putOffNotification(tx: Tx, id: string, due: number): Promise<void> {
  await tx.updateTable("notification").set({ due }).where("id", "=", id).execute();
}

export async function deleteNotification(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("notification").where("id", "=", id).execute();
}

/** The action of an approval that waits for an answer still. */
export interface WaitingApproval {
  readonly roleArn?: string;
}

/** @returns undefined when it waits no more */
export async function waitingApproval(db: Reader, token: string): Promise<WaitingApproval | undefined> {
  const action = await db
    .selectFrom("action_execution")
    .select(["status", "input"])
    .where("id", "=", token)
    .executeTakeFirst();
  return action?.status === "InProgress" ? (JSON.parse(action.input) as WaitingApproval) : undefined;
}
