import { allowedByUrl, failureOf, send, type Way } from "../../network/index.ts";
import type { NotificationRequest } from "./request.ts";

const TIME_LIMIT_MS = 10_000;

/**
 * Sends once, to the host that the operator has set (P0.11), follows no redirect and reads no answer: the message has
 * arrived, even if the receiver breaks off the rest of it.
 *
 * @param closing ends it early
 * @returns why it didn't arrive, without the URL; undefined when it did
 */
export async function post(
  request: NotificationRequest,
  way: Way,
  closing: AbortSignal,
): Promise<string | undefined> {
  try {
    const { status } = await send({
      ...request,
      method: "POST",
      allowed: [allowedByUrl(request.url)],
      way,
      timeLimit: TIME_LIMIT_MS,
      sizeLimit: "unread",
      signal: closing,
    });
    return status >= 200 && status < 300 ? undefined : `it answered ${status}`;
  } catch (error) {
    return failureOf(error) ?? "the connection failed";
  }
}
