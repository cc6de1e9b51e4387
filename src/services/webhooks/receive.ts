/** The checks of a delivery, one after the other: the first that fails answers (S1.3 to S1.13g). */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createTurns } from "../../core/turns.ts";
import type { Webhook } from "../../core/webhooks/types.ts";
import { BodyError, readBody } from "../body.ts";
import { type Client, clientOf } from "../client-address.ts";
import { type HttpCall, inviteBody } from "../http.ts";
import {
  type Answer,
  answerTo,
  badDeliveryKey,
  methodNotAllowed,
  notAuthentic,
  notFound,
  notJson,
  pong,
  tooLarge,
  tooMany,
  tooSlow,
  unsupportedContentType,
  unsupportedEncoding,
} from "./answers.ts";
import { verdictByAddress, verdictBySignature } from "./authenticate.ts";
import { kindOf, mediaType, payloadBytes } from "./content.ts";
import { PayloadError, parsePayload } from "./json.ts";
import { createRateLimit } from "./rate-limit.ts";

export interface ReceiverSettings {
  /** Bytes. */
  readonly maxBody: number;
  /** Whether deliveries with an SHA-1 signature only are refused. */
  readonly refuseSha1: boolean;
  /** A minute: deliveries of one webhook, and failed authentications of one client. */
  readonly rates: { readonly deliveries: number; readonly failures: number };
}

type Receive = (request: IncomingMessage, response: ServerResponse, call: HttpCall) => Promise<Answer>;

const PATH = /^\/webhooks\/([A-Za-z0-9_-]{43})$/;
const BODY_MS = 30_000;
/** In this order: the first that is there names the delivery (S1.34). */
const KEY_HEADERS = [
  "x-github-delivery",
  "x-gitea-delivery",
  "x-gitlab-event-uuid",
  "x-request-uuid",
  "idempotency-key",
];

/** One for a server: it counts, and it takes the deliveries of a webhook one after the other (S1.18). */
export function createReceiver(settings: ReceiverSettings, now: () => number): Receive {
  const { maxBody, refuseSha1, rates } = settings;
  const failures = createRateLimit(rates.failures, now);
  const deliveries = createRateLimit(rates.deliveries, now);
  const inTurn = createTurns();

  return async (request, response, call) => {
    const urlId = PATH.exec(call.path)?.[1];
    if (urlId === undefined) return notFound;
    if (request.method !== "POST") return methodNotAllowed;
    const webhook = await call.core.webhooks.find(urlId);
    if (webhook === undefined) return notFound;
    const client = clientOf(request, call.proxies);
    const wait = Math.max(failures.wait(limitKey(client)), deliveries.wait(webhook.id));
    if (wait > 0) return tooMany(wait);
    deliveries.take(webhook.id);
    const byAddress = verdictByAddress(webhook.authentication, client.address) === "authentic";
    const tooLargeHere = tooLarge(maxBody, byAddress);
    if (Number(request.headers["content-length"] ?? 0) > maxBody) return keeping(call, webhook, tooLargeHere);
    if (!/^(identity)?$/i.test(request.headers["content-encoding"] ?? "")) return unsupportedEncoding;
    inviteBody(request, response);
    const body = await bodyOf(request);
    if (body === "tooSlow") return tooSlow;
    if (body === "tooLarge") return keeping(call, webhook, tooLargeHere);
    return inTurn(webhook.id, async () => {
      // A secret that was changed while the body came counts at once (S1.25).
      const current = await call.core.webhooks.find(urlId);
      if (current === undefined) return notFound;
      return keeping(call, current, await judge(request, call, current, client, body));
    });
  };

  async function bodyOf(request: IncomingMessage): Promise<Buffer | "tooSlow" | "tooLarge"> {
    try {
      return await readBody(request, { bytes: maxBody, milliseconds: BODY_MS });
    } catch (error) {
      if (!(error instanceof BodyError) || error.reason === "gone") throw error;
      return error.reason;
    }
  }

  async function judge(
    request: IncomingMessage,
    call: HttpCall,
    webhook: Webhook,
    client: Client,
    body: Buffer,
  ): Promise<Answer> {
    const refusal = refusalOf(request, webhook, client, body);
    if (refusal !== undefined) {
      failures.take(limitKey(client));
      return refusal;
    }
    const event = request.headers["x-github-event"];
    if (event === "ping") {
      await call.core.webhooks.setError(webhook, undefined);
      return pong;
    }
    const contentType = request.headers["content-type"];
    const kind = kindOf(contentType);
    if (kind === undefined) return unsupportedContentType(mediaType(contentType));
    const key = deliveryKey(request);
    if (key !== undefined && !/^[\x20-\x7e]{1,100}$/.test(key)) return badDeliveryKey;
    try {
      const outcome = await call.core.webhooks.deliver(webhook, {
        payload: parsePayload(payloadBytes(body, kind)),
        digest: createHash("sha256").update(body).digest("hex"),
        address: addressText(client),
        ...(key !== undefined && { key }),
        ...(typeof event === "string" && { event: event.slice(0, 100) }),
      });
      return answerTo(outcome, webhook);
    } catch (error) {
      if (error instanceof PayloadError) return notJson(error.message);
      throw error;
    }
  }

  function refusalOf(
    request: IncomingMessage,
    { authentication }: Webhook,
    client: Client,
    body: Buffer,
  ): Answer | undefined {
    const byAddress = verdictByAddress(authentication, client.address);
    if (byAddress !== undefined)
      return byAddress === "authentic" ? undefined : notAuthentic(byAddress, addressText(client));
    if (authentication.type !== "GITHUB_HMAC") return undefined;
    const verdict = verdictBySignature(request, body, authentication.secret, refuseSha1);
    return verdict === "authentic" ? undefined : notAuthentic(verdict);
  }
}

/** The webhook's owner is told before the sender. */
async function keeping(call: HttpCall, webhook: Webhook, answer: Answer): Promise<Answer> {
  if (answer.error !== undefined) await call.core.webhooks.setError(webhook, answer.error);
  return answer;
}

function deliveryKey({ headers }: IncomingMessage): string | undefined {
  const value = KEY_HEADERS.map((name) => headers[name]).find((given) => given !== undefined);
  return Array.isArray(value) ? value.join(", ") : value;
}

function limitKey(client: Client): string {
  return addressText(client);
}

/** Where a proxy doesn't tell who its client is, the proxy itself stands for it. */
function addressText({ address, peer }: Client): string {
  return address?.toString() ?? peer;
}
