/**
 * `GET /events?after=<position>`: state changes in order (E12), read and followed with the caller's credentials. Lines of
 * JSON with what is there, or server-sent events, as they come, when the caller accepts those; `?pipeline=<name>` for
 * those of one, `?form=notification` for the other form (E12.6).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError } from "../../core/access/types.ts";
import type { EventForm } from "../../core/events/index.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import { circumstancesOf, followingSignal, type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";
import { sendEvents, sendLines, type Wanted } from "./send.ts";

const SKEW_MS = 5 * 60 * 1000;
const READING = "millrace:ReadEvents";

export const eventsRoute: HttpRoute = {
  name: "events",
  callers: "authorized",
  async handle(request, response, call) {
    try {
      await route(request, response, call);
    } catch (error) {
      const status =
        error instanceof AccessError ? 403 : error instanceof PositionError ? error.status : undefined;
      if (status === undefined || response.headersSent) throw error;
      sendJson(response, status, { message: (error as Error).message });
    }
  },
};

/** The caller can't go on from there. */
class PositionError extends Error {
  readonly status: 400 | 410;

  constructor(status: PositionError["status"], message: string) {
    super(message);
    this.name = "PositionError";
    this.status = status;
  }
}

async function route(request: IncomingMessage, response: ServerResponse, call: HttpCall): Promise<void> {
  const { core } = call;
  const { caller, scope } = await core.access.verify(signedRequestOf(request, call), {
    service: ["codepipeline"],
    skewMs: SKEW_MS,
  });
  if (call.path !== "/events") return sendJson(response, 404, { message: "There is only /events." });
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    return sendJson(response, 405, { message: `${request.method} is not served here: use GET.` });
  }
  const query = new URLSearchParams(call.query);
  const pipeline = query.get("pipeline") ?? undefined;
  const resource = pipeline === undefined ? "*" : pipelineArn(scope, pipeline);
  const needs = [{ action: READING, resource, resourceTags: () => tagsByKey(core.store.read, resource) }];
  await core.access.authorize(caller, READING, needs, () => circumstancesOf(request, call, scope.region));
  const wanted: Wanted = { scope, pipeline, form: formOf(query), after: await startOf(request, query, call) };
  if (request.headers.accept?.includes("text/event-stream")) {
    call.label("FollowEvents");
    await sendEvents(response, core.events, wanted, followingSignal(call));
  } else {
    call.label("ReadEvents");
    await sendLines(response, core.events, wanted);
  }
}

/**
 * Behind `Last-Event-ID`, else `?after=`, else, for who follows, from now on, and for who reads, the oldest that is kept.
 * @throws PositionError
 */
async function startOf(
  request: IncomingMessage,
  query: URLSearchParams,
  { core: { events } }: HttpCall,
): Promise<number> {
  const last = request.headers["last-event-id"];
  const given = typeof last === "string" && last !== "" ? last : query.get("after");
  const pruned = await events.prunedThrough();
  if (given === null) return request.headers.accept?.includes("text/event-stream") ? events.newest() : pruned;
  if (!/^\d{1,15}$/.test(given))
    throw new PositionError(400, `after is '${given}': give the position of an event, or 0 for the first.`);
  if (Number(given) < pruned)
    throw new PositionError(
      410,
      `events up to position ${pruned} are not kept any more: go on with after=${pruned}, and look up meanwhile changes by other operations.`,
    );
  return Number(given);
}

/** @throws PositionError */
function formOf(query: URLSearchParams): EventForm {
  const form = query.get("form") ?? "event";
  if (form === "event" || form === "notification") return form;
  throw new PositionError(400, `form is '${form}': give event or notification.`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
