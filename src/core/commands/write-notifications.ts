import type { Effect } from "../engine/index.ts";
import { afterCommit } from "../store/after-commit.ts";
import { insertNotifications, NOTIFICATION_TOPIC } from "../store/notifications.ts";
import type { TakenPipeline } from "../store/pipelines.ts";
import type { Soon, Tx } from "../store/store.ts";
import type { NotificationRow } from "../store/tables/notifications.ts";
import type { Room } from "./room.ts";

type ApprovalOpened = Extract<Effect, { type: "approvalOpened" }>;

/** Queues a message for each approval whose configuration names a topic: once, with the approval itself (E5.1, P5.2). */
export function writeNotifications(
  tx: Tx,
  { ambient, announce }: Room,
  pipeline: TakenPipeline,
  opened: readonly ApprovalOpened[],
  at: number,
): Soon<void> {
  const rows = opened.flatMap((effect) => notificationRow(pipeline, ambient.newId(), at, effect) ?? []);
  if (rows.length === 0) return;
  afterCommit(tx, () => announce(NOTIFICATION_TOPIC));
  return insertNotifications(tx, rows);
}

function notificationRow(
  pipeline: TakenPipeline,
  id: string,
  at: number,
  { approval }: ApprovalOpened,
): NotificationRow | undefined {
  const topic = approval.resolvedConfiguration.NotificationArn;
  if (topic === undefined || topic === "") return undefined;
  return {
    id,
    pipeline_id: pipeline.id,
    pipeline_name: pipeline.name,
    region: pipeline.region,
    execution_id: approval.executionId,
    action_execution_id: approval.token,
    stage: approval.stage,
    action: approval.action,
    topic,
    created: at,
    expires: approval.expiresAt,
    configuration: JSON.stringify(approval.resolvedConfiguration),
    tries: 0,
    due: at,
  };
}
