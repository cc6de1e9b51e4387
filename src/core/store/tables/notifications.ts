/** Messages about approvals that are still to be sent (P5.4). Times are epoch milliseconds. Owned by core/notifications. */
export interface NotificationTables {
  notification: NotificationRow;
}

export interface NotificationRow {
  /** A UUID, the message's id wherever it goes: a receiver knows a repeated delivery by it. */
  id: string;
  pipeline_id: string;
  pipeline_name: string;
  region: string;
  execution_id: string;
  /** The token of the approval. */
  action_execution_id: string;
  stage: string;
  action: string;
  /** ARN of the topic, as the action's configuration names it. */
  topic: string;
  created: number;
  /** When the approval expires. */
  expires: number;
  /** The resolved configuration of the action, as JSON. */
  configuration: string;
  /** How often it was tried, the try that is under way included. */
  tries: number;
  /** When it is to be tried next. */
  due: number;
}
