/** What is sent to tell of an approval: to the operator's receiver, or to the topic itself (P5.3). */
import type { OutgoingRequest } from "../../network/index.ts";
import type { NotificationRow } from "../store/tables/notifications.ts";
import { approvalOf, messageOf, subjectOf } from "./message.ts";
import type { Destination, TopicDestination } from "./types.ts";

export type NotificationRequest = Pick<OutgoingRequest, "url" | "headers" | "body">;

/** @throws Error when a topic's service needs credentials and there are none */
export async function requestOf(
  row: NotificationRow,
  destination: Destination,
  publicUrl: string,
): Promise<NotificationRequest> {
  if ("endpoint" in destination) return publish(row, destination, publicUrl);
  return { url: destination.url, ...messageOf(row, destination, publicUrl) };
}

/** `sns:Publish`, signed for the topic's region. */
async function publish(
  row: NotificationRow,
  { endpoint, credentials }: TopicDestination,
  publicUrl: string,
): Promise<NotificationRequest> {
  // Loaded where a topic is: most servers sign nothing.
  const { awsEndpoint, awsKeys, signedPost } = await import("../../network/aws-request.ts");
  const [, , , region = ""] = row.topic.split(":");
  const url = awsEndpoint(endpoint, "sns", region);
  const body = new URLSearchParams({
    Action: "Publish",
    Version: "2010-03-31",
    TopicArn: row.topic,
    Subject: subjectOf(row.pipeline_name, row.action),
    Message: JSON.stringify(approvalOf(row, publicUrl)),
  }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  return signedPost({ url, region, signingName: "sns", headers, body }, () => awsKeys(credentials));
}
