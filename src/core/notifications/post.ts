import type { Message } from "./message.ts";

const TIME_LIMIT_MS = 10_000;

/**
 * Sends once, follows no redirect and reads no answer.
 *
 * @param closing ends it early
 * @returns why it didn't arrive, without the URL; undefined when it did
 */
export async function post(url: string, message: Message, closing: AbortSignal): Promise<string | undefined> {
  const late = AbortSignal.timeout(TIME_LIMIT_MS);
  try {
    const response = await fetch(url, {
      method: "POST",
      body: message.body,
      headers: message.headers,
      redirect: "manual",
      signal: AbortSignal.any([late, closing]),
    });
    // The message has arrived, even if the receiver breaks off the rest of its answer.
    await response.body?.cancel().catch(() => undefined);
    return response.ok ? undefined : `it answered ${response.status}`;
  } catch (error) {
    if (late.aborted) return `it didn't answer within ${TIME_LIMIT_MS / 1000} s`;
    return codeOf(error) ?? "the connection failed";
  }
}

/** The system's code (ECONNREFUSED) beneath fetch's error: their messages may tell the URL. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
}
