/**
 * `/logs?execution=<id>`: which actions of an execution have a log. `/logs/<action execution>`: one log, read and followed with the caller's credentials, appended to by a worker (P11.5).
 * `GET ?from=<seq>` answers text, or server-sent events when the caller accepts those; `POST` keeps a batch of lines.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError, type Circumstances, type Verified } from "../../core/access/types.ts";
import type { Core } from "../../core/core.ts";
import { LogError } from "../../core/logs/index.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { logOwner, logsOfExecution } from "../../core/store/logs.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import { BodyError } from "../body.ts";
import { circumstancesOf, followingSignal, type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";
import { isId, RequestError, readBatch } from "./append.ts";
import { sendEvents, sendText } from "./read.ts";

const PATH = /^\/logs\/([0-9a-f-]{36})$/;
const SKEW_MS = 5 * 60 * 1000;

const READING = "codepipeline:ListActionExecutions";
const WORKING = "millrace:WorkerApi";

/** Who asks. */
interface Asking extends Verified {
  readonly core: Core;
  readonly circumstances: () => Circumstances;
}

export const logsRoute: HttpRoute = {
  name: "logs",
  callers: "authorized",
  async handle(request, response, call) {
    try {
      await route(request, response, call);
    } catch (error) {
      const [status, message] = refusal(error);
      if (status === undefined || response.headersSent) throw error;
      sendJson(response, status, { message });
    }
  },
};

async function route(request: IncomingMessage, response: ServerResponse, call: HttpCall): Promise<void> {
  const { core } = call;
  const verified = await core.access.verify(signedRequestOf(request, call), {
    service: ["codepipeline"],
    skewMs: SKEW_MS,
    presigned: request.method === "GET",
  });
  const asking: Asking = {
    core,
    ...verified,
    circumstances: () => circumstancesOf(request, call, verified.scope.region),
  };
  if (call.path === "/logs") return sendIndex(response, call, asking);
  const actionExecutionId = PATH.exec(call.path)?.[1];
  const owner = actionExecutionId && (await ownedBy(asking, actionExecutionId));
  if (!actionExecutionId || !owner) {
    // Who may not read all logs is told of none whether it is there.
    if (asking.caller.kind !== "job") await authorizeRead(asking, ["*"]);
    return sendJson(response, 404, { message: "There is no such log." });
  }

  if (request.method === "POST") {
    call.label("AppendLog");
    await authorizeAppend(asking, actionExecutionId);
    const batch = await readBatch(request, verified.payload);
    await core.logs.append({ actionExecutionId, ...batch });
    sendJson(response, 200, {});
  } else if (request.method === "GET") {
    await authorizeRead(asking, [pipelineArn(owner, owner.pipelineName)]);
    const from = positionOf(request, call.query);
    if (request.headers.accept?.includes("text/event-stream")) {
      call.label("FollowLog");
      await sendEvents(response, core.logs, actionExecutionId, from, followingSignal(call));
    } else {
      call.label("ReadLog");
      await sendText(response, core.logs, actionExecutionId, from);
    }
  } else {
    response.setHeader("allow", "GET, POST");
    sendJson(response, 405, { message: `${request.method} is not served here: use GET or POST.` });
  }
}

/** The actions of `?execution=<id>` that have started, oldest first; an unknown execution has none. */
async function sendIndex(response: ServerResponse, call: HttpCall, asking: Asking): Promise<void> {
  call.label("ListLogs");
  const executionId = new URLSearchParams(call.query).get("execution") ?? "";
  const found = isId(executionId) ? await logsOfExecution(call.core.store.read, executionId) : [];
  const actions = found.filter((action) => action.account === asking.caller.account);
  const pipelines = new Set(actions.map((action) => pipelineArn(action, action.pipelineName)));
  await authorizeRead(asking, pipelines.size === 0 ? ["*"] : [...pipelines]);
  sendJson(response, 200, {
    actions: actions.map(({ actionExecutionId, stage, action, attempt, status }) => ({
      actionExecutionId,
      stage,
      action,
      attempt,
      status,
    })),
  });
}

/** The log's owner, when it is of the caller's account: another's existence is nobody's business. */
async function ownedBy({ core, caller }: Asking, actionExecutionId: string) {
  const owner = await logOwner(core.store.read, actionExecutionId);
  return owner?.account === caller.account ? owner : undefined;
}

/** A job's own credentials append to its own log; anybody else needs the rights of a worker (P0.5). */
async function authorizeAppend(
  { core, caller, circumstances }: Asking,
  actionExecutionId: string,
): Promise<void> {
  if (caller.kind === "job" && caller.grant.actionExecutionId === actionExecutionId) return;
  await core.access.authorize(caller, WORKING, [{ action: WORKING, resource: "*" }], circumstances);
}

/** Logs are a part of the history of their pipeline. */
async function authorizeRead({ core, caller, circumstances }: Asking, pipelines: string[]): Promise<void> {
  const needs = pipelines.map((resource) => ({
    action: READING,
    resource,
    resourceTags: () => tagsByKey(core.store.read, resource),
  }));
  await core.access.authorize(caller, READING, needs, circumstances);
}

/** The first line wanted: behind `Last-Event-ID`, else `?from=`, else 1. @throws RequestError */
function positionOf(request: IncomingMessage, query: string): number {
  const last = request.headers["last-event-id"];
  if (typeof last === "string" && /^\d{1,15}$/.test(last)) return Number(last) + 1;
  const from = new URLSearchParams(query).get("from") ?? "1";
  if (!/^\d{1,15}$/.test(from))
    throw new RequestError(400, `from is '${from}': give a line number, counted from 1.`);
  return Number(from);
}

function refusal(error: unknown): [status: number | undefined, message: string] {
  if (error instanceof AccessError) return [403, error.message];
  if (error instanceof RequestError) return [error.status, error.message];
  if (error instanceof BodyError)
    return [error.reason === "tooLarge" ? 413 : 408, `The body is ${error.reason}.`];
  if (error instanceof LogError) return [error.code === "full" ? 413 : 409, error.message];
  return [undefined, ""];
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
