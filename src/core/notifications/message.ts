/** The message about an approval as text: AWS's JSON (api.md §13.1), bare or in SNS's envelope (P5.3). */
import { createHmac } from "node:crypto";
import { executionPage, pipelinePage } from "../console-pages.ts";
import type { NotificationRow } from "../store/tables/notifications.ts";
import type { WebDestination } from "./types.ts";

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** SNS's own limit. */
const MAX_SUBJECT = 100;

/**
 * The same text for every try of one row.
 * @param publicUrl base of the links, without a trailing slash
 */
export function messageOf(
  row: NotificationRow,
  { raw, secret }: Pick<WebDestination, "raw" | "secret">,
  publicUrl: string,
): Message {
  const approval = JSON.stringify(approvalOf(row, publicUrl));
  const envelope = {
    Type: "Notification",
    MessageId: row.id,
    TopicArn: row.topic,
    Subject: subjectOf(row.pipeline_name, row.action),
    Message: approval,
    Timestamp: new Date(row.created).toISOString(),
  };
  const body = raw ? approval : JSON.stringify(envelope);
  return {
    body,
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Millrace",
      "x-amz-sns-message-type": envelope.Type,
      "x-amz-sns-message-id": envelope.MessageId,
      "x-amz-sns-topic-arn": envelope.TopicArn,
      ...(secret !== undefined && {
        "x-millrace-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      }),
    },
  };
}

/** At most 100 characters: the longer name is cut first, so that both stay recognisable. */
export function subjectOf(pipeline: string, action: string): string {
  const text = (name: string, ofAction: string) =>
    `APPROVAL NEEDED: AWS CodePipeline ${name} for action ${ofAction}`;
  const room = MAX_SUBJECT - text("", "").length;
  const half = Math.floor(room / 2);
  const shortAction = shorten(action, room - Math.min(pipeline.length, half));
  return text(shorten(pipeline, room - shortAction.length), shortAction);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Keys that aren't configured are left out (P5.2); links as in P0.15. */
export function approvalOf(row: NotificationRow, publicUrl: string) {
  const configured = JSON.parse(row.configuration) as Readonly<Record<string, string>>;
  const { ExternalEntityLink: link, CustomData: customData } = configured;
  const execution = executionPage(publicUrl, row.pipeline_name, row.execution_id);
  return {
    region: row.region,
    consoleLink: pipelinePage(publicUrl, row.pipeline_name),
    approval: {
      pipelineName: row.pipeline_name,
      stageName: row.stage,
      actionName: row.action,
      token: row.action_execution_id,
      expires: `${new Date(row.expires).toISOString().slice(0, 16)}Z`,
      ...(link !== undefined && isWebLink(link) && { externalEntityLink: link }),
      approvalReviewLink: `${execution}/actions/${row.action_execution_id}`,
      ...(customData !== undefined && { customData }),
    },
  };
}

/** What comes of a variable may be anything; receivers make links of it (P5.1). */
function isWebLink(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
