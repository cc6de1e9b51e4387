/** Rows of the outbox as the JSON that goes out. */
import type { StateChange } from "../recorded.ts";
import type { StoredEvent } from "../store/events.ts";
import { type ActionEnding, type EventBridgeEvent, eventBridgeEvent, type OutboxEvent } from "./envelope.ts";
import type { History } from "./history.ts";
import { type NotificationEvent, notificationEvent } from "./notification-form.ts";
import type { EventForm, RenderedEvent } from "./types.ts";

/** @returns the events in their order; the same text for the same event, as long as its pipeline is there */
export async function render(
  history: History,
  rows: readonly StoredEvent[],
  form: EventForm,
): Promise<readonly RenderedEvent[]> {
  const events = rows.map(outboxEvent);
  const ended = events.flatMap(({ change }) =>
    change.detail?.result ? (change.actionExecutionId ?? []) : [],
  );
  const actions = await history.byId(ended);
  const executions =
    form === "notification"
      ? await history.ofExecutions([...new Set(events.map(({ change }) => change.executionId))])
      : undefined;

  const rendered: RenderedEvent[] = [];
  for (const event of events) {
    const row = actions.get(event.change.actionExecutionId ?? "");
    const bridge = eventBridgeEvent(event, await endingOf(history, event, row));
    const told: EventBridgeEvent | NotificationEvent = executions
      ? notificationEvent(bridge, event, executions.get(event.change.executionId) ?? [])
      : bridge;
    rendered.push({
      position: event.position,
      id: event.id,
      account: event.account,
      region: event.region,
      pipelineName: event.pipelineName,
      executionId: event.change.executionId,
      json: JSON.stringify(told),
    });
  }
  return rendered;
}

async function endingOf(
  history: History,
  event: OutboxEvent,
  row: Parameters<History["shown"]>[1],
): Promise<ActionEnding> {
  const { summary } = event.change.detail?.result ?? {};
  const url = row && (await history.executionUrl(event, row));
  return {
    ...(summary !== undefined && { summary: history.shown(summary, row) }),
    ...(url !== undefined && { url }),
  };
}

function outboxEvent(row: StoredEvent): OutboxEvent {
  const { position, id, account, region, pipeline_name: pipelineName } = row;
  return { position, id, account, region, pipelineName, change: JSON.parse(row.event) as StateChange };
}
