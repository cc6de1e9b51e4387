/** The checks of a delivery, one after the other: the first that fails answers (S1.3 to S1.13g). */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createTurns } from "../../core/turns.ts";
import { BodyError, readBody } from "../body.ts";
import { type Client, clientOf } from "../client-address.ts";
import { type HttpCall, inviteBody } from "../http.ts";
import {
  type Answer,
  badDeliveryKey,
  methodNotAllowed,
  notFound,
  notJson,
  pong,
  tooLarge,
  tooMany,
  tooSlow,
  unsupportedContentType,
  unsupportedEncoding,
} from "./answers.ts";
import { kindOf, mediaType, payloadBytes } from "./content.ts";
import { PayloadError, parsePayload } from "./json.ts";
import { createRateLimit } from "./rate-limit.ts";
import { addressText, findTarget, type Target } from "./target.ts";

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

  return async (request, response, { path, core, proxies }) => {
    const urlId = PATH.exec(path)?.[1];
    if (urlId === undefined) return notFound;
    if (request.method !== "POST") return methodNotAllowed;
    const target = await findTarget(core, urlId, refuseSha1);
    if (target === undefined) return notFound;
    const client = clientOf(request, proxies);
    const wait = Math.max(failures.wait(addressText(client)), deliveries.wait(target.id));
    if (wait > 0) return tooMany(wait);
    deliveries.take(target.id);
    const tooLargeHere = tooLarge(maxBody, target.isAuthenticByAddress(client));
    if (Number(request.headers["content-length"] ?? 0) > maxBody) return keeping(target, tooLargeHere);
    if (!/^(identity)?$/i.test(request.headers["content-encoding"] ?? "")) return unsupportedEncoding;
    inviteBody(request, response);
    const body = await bodyOf(request);
    if (body === "tooSlow") return tooSlow;
    if (body === "tooLarge") return keeping(target, tooLargeHere);
    // A secret that was changed while the body came counts at once (S1.25).
    const present = await findTarget(core, urlId, refuseSha1);
    if (present === undefined) return notFound;
    // Bodies of who isn't authentic don't wait among those that are.
    const refusal = refuse(request, present, client, body);
    if (refusal !== undefined) return keeping(present, refusal);
    return inTurn(target.id, async () => {
      const current = await findTarget(core, urlId, refuseSha1);
      if (current === undefined) return notFound;
      return keeping(current, await judge(request, current, client, body));
    });
  };

  function refuse(
    request: IncomingMessage,
    target: Target,
    client: Client,
    body: Buffer,
  ): Answer | undefined {
    const refusal = target.refusal(request, client, body);
    if (refusal !== undefined) failures.take(addressText(client));
    return refusal;
  }

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
    target: Target,
    client: Client,
    body: Buffer,
  ): Promise<Answer> {
    const refusal = refuse(request, target, client, body);
    if (refusal !== undefined) return refusal;
    const event = target.event(request);
    if (event === "ping") {
      await target.setError(undefined);
      return pong;
    }
    const contentType = request.headers["content-type"];
    const kind = kindOf(contentType);
    if (kind === undefined) return unsupportedContentType(mediaType(contentType));
    const key = deliveryKey(request);
    if (key !== undefined && !/^[\x20-\x7e]{1,100}$/.test(key)) return badDeliveryKey;
    try {
      return await target.deliver({
        payload: parsePayload(payloadBytes(body, kind)),
        digest: createHash("sha256").update(body).digest("hex"),
        address: addressText(client),
        ...(key !== undefined && { key }),
        ...(event !== undefined && { event }),
      });
    } catch (error) {
      if (error instanceof PayloadError) return notJson(error.message);
      throw error;
    }
  }
}

/** The webhook's owner is told before the sender. */
async function keeping(target: Target, answer: Answer): Promise<Answer> {
  if (answer.error !== undefined) await target.setError(answer.error);
  return answer;
}

function deliveryKey({ headers }: IncomingMessage): string | undefined {
  const value = KEY_HEADERS.map((name) => headers[name]).find((given) => given !== undefined);
  return Array.isArray(value) ? value.join(", ") : value;
}
