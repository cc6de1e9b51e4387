/** What is sent to tell of an approval: to the operator's receiver, or to the topic itself (P5.3). */
import type { OutgoingRequest, Way } from "../../network/index.ts";
import type { NotificationRow } from "../store/tables/notifications.ts";
import { approvalOf, messageOf, subjectOf } from "./message.ts";
import type { Claimed, TopicDestination } from "./types.ts";

export type NotificationRequest = Pick<OutgoingRequest, "url" | "headers" | "body">;

export interface Sending {
  /** Base of the links in messages, without a trailing slash. */
  readonly publicUrl: string;
  readonly way: Way;
  readonly closing: AbortSignal;
}

/** @throws NoKeysError when a topic's service needs credentials and there are none */
export async function requestOf(
  row: NotificationRow,
  { approval, destination }: Claimed,
  sending: Sending,
): Promise<NotificationRequest> {
  const { publicUrl } = sending;
  if ("endpoint" in destination) return publish(row, approval, destination, sending);
  return { url: destination.url, ...messageOf(row, destination, publicUrl) };
}

/** `sns:Publish`, signed for the topic's region. */
async function publish(
  row: NotificationRow,
  approval: Claimed["approval"],
  destination: TopicDestination,
  sending: Sending,
): Promise<NotificationRequest> {
  // Loaded where a topic is: most servers sign nothing.
  const { awsEndpoint, signedPost } = await import("../../network/aws-request.ts");
  const { topicKeys } = await import("./topic-keys.ts");
  const [, , , region = ""] = row.topic.split(":");
  const url = awsEndpoint(destination.endpoint, "sns", region);
  const body = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: row.topic,
    Subject: subjectOf(row.pipeline_name, row.action),
    Message: JSON.stringify(approvalOf(row, sending.publicUrl)),
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return signedPost({ url, region, signingName: "sns", headers, body }, () =>
    topicKeys({ region, token: row.action_execution_id }, approval, destination, sending),
  );
}
