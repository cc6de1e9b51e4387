/** What the sender of a delivery hears, and what is kept on the webhook (S1.3 to S1.13h, S1.40). */
import type { DeliveryOutcome, HookOutcome, Webhook, WebhookError } from "../../core/webhooks/types.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** To be kept on the webhook; absent: what is there stays. */
  readonly error?: WebhookError;
}

const CLOSE = { connection: "close" };

export const notFound: Answer = message(404, "Not found.");
export const methodNotAllowed: Answer = {
  ...message(405, "Method not allowed."),
  headers: { allow: "POST" },
};
export const tooSlow: Answer = { ...message(408, "Request timeout."), headers: CLOSE };
export const unsupportedEncoding: Answer = message(415, "Unsupported encoding.");
export const pong: Answer = result("pong");
export const unavailable: Answer = {
  ...message(503, "Service unavailable."),
  headers: { "retry-after": "5" },
};
export const badDeliveryKey: Answer = message(
  400,
  "The delivery id has more than 100 characters, or some that can't be printed.",
);

export function tooMany(seconds: number): Answer {
  return { ...message(429, "Too many requests."), headers: { "retry-after": String(seconds) } };
}

/** @param isAuthentic whether the webhook's owner is told, too */
export function tooLarge(most: number, isAuthentic: boolean): Answer {
  return {
    ...message(413, `The delivery is larger than ${most} bytes.`),
    headers: CLOSE,
    ...(isAuthentic && { error: { code: "413", message: "The delivery is too large." } }),
  };
}

/** @param address of the client, where that is what was wrong */
export function notAuthentic(verdict: "malformed" | "wrong", address?: string): Answer {
  const text = "The delivery could not be authenticated.";
  if (verdict === "malformed") return kept(401, text, "The delivery carries no valid signature header.");
  return kept(
    403,
    text,
    address === undefined
      ? "The signature does not match the secret of the webhook."
      : `The address ${address} is not in the allowed range.`,
  );
}

/** @param media type, which the sender chose */
export function unsupportedContentType(media: string): Answer {
  const shown = media.replace(/\p{Cc}/gu, "").slice(0, 100);
  return kept(415, "Unsupported content type.", `The content type '${shown}' is not supported.`);
}

export function notJson(reason: string): Answer {
  return {
    status: 400,
    body: { __type: "SerializationException", message: reason },
    error: { code: "400", message: "The payload is not valid JSON." },
  };
}

export function answerTo(outcome: DeliveryOutcome, { pipeline, action }: Webhook): Answer {
  switch (outcome.kind) {
    case "duplicate":
    case "filtered":
    case "ignored":
      return result(outcome.kind);
    case "started": {
      const { executionId } = outcome;
      return { ...result("started", executionId === undefined ? {} : { pipelineExecutionId: executionId }) };
    }
    case "webhookMissing":
      return notFound;
    case "pipelineMissing":
      return kept(
        404,
        "The pipeline of this webhook does not exist.",
        `The pipeline '${pipeline}' does not exist.`,
      );
    case "actionMissing":
      return kept(
        404,
        "The action of this webhook does not exist.",
        `The action '${action}' is not in the first stage of the pipeline '${pipeline}'.`,
      );
    case "keyMissing":
      return kept(
        422,
        "A filter names a configuration key that the action does not have.",
        `Filter ${outcome.filter} names {${outcome.key}}, which action '${action}' does not have.`,
      );
    case "filtersTakeTooLong":
      return kept(422, "A filter takes too long to evaluate.", "A filter takes too long to evaluate.");
  }
}

/** To a delivery of a connection's host (S7.7). */
export function answerToHook(outcome: HookOutcome): Answer {
  switch (outcome.kind) {
    case "duplicate":
    case "filtered":
    case "ignored":
      return result(outcome.kind);
    case "started":
      return result("started", { executions: outcome.executions });
    case "hookMissing":
      return notFound;
    case "incomplete":
      return kept(400, outcome.message, outcome.message);
    case "tooManyRefs": {
      const text = `More than ${outcome.most} refs of the push would start something: none of them did.`;
      return kept(422, text, text);
    }
  }
}

function kept(status: number, text: string, error: string): Answer {
  return { ...message(status, text), error: { code: String(status), message: error } };
}

function message(status: number, text: string): Answer {
  return { status, body: { message: text } };
}

function result(name: string, more: Answer["body"] = {}): Answer {
  return { status: 200, body: { result: name, ...more } };
}
