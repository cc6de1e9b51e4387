import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError } from "../../core/access/types.ts";
import type { ObjectStore } from "../../core/artifacts/index.ts";
import { JobError } from "../../core/jobs/types.ts";
import { circumstancesOf, type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";
import { addressOf } from "./address.ts";
import { discardRest, send } from "./answer.ts";
import { incomingContent } from "./body/incoming.ts";
import { requestBody } from "./body/request-body.ts";
import { dispatch } from "./dispatch.ts";
import { errorDocument, internalError, toS3Error } from "./error.ts";
import type { S3Answer } from "./operation.ts";
import { findOperation } from "./operations/index.ts";
import { Headers, Query } from "./parameters.ts";

/** S3 allows a quarter of an hour either way. */
const skewMs = 15 * 60_000;

/** The S3 endpoint of the embedded object store. */
export function s3Route(store: ObjectStore): HttpRoute {
  return {
    name: "s3",
    callers: "authorized",
    invitesBody: true,
    async handle(request, response, call) {
      const query = new Query(call.query);
      response.setHeader("x-amz-request-id", call.requestId);
      let answer: S3Answer;
      try {
        answer = await answerTo(store, request, response, call, query);
      } catch (fault) {
        const known = toS3Error(fault, query.has("X-Amz-Algorithm"));
        if (known === undefined) call.report(fault);
        const error = known ?? internalError();
        const body = errorDocument(error, call.path, call.requestId);
        answer = { status: error.status, headers: error.headers, body };
      }
      await discardRest(request, response);
      await send(request, response, answer);
    },
  };
}

async function answerTo(
  store: ObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
  call: HttpCall,
  query: Query,
): Promise<S3Answer> {
  const { core } = call;
  const verified = await core.access.verify(signedRequestOf(request, call), { service: ["s3"], skewMs });
  const headers = new Headers(request.headers, query.has("X-Amz-Algorithm") ? query : undefined);
  const publicUrl = core.settings.publicUrl();
  const address = addressOf(call.path, request.headers.host, new URL(publicUrl).hostname);
  const operation = findOperation(request.method ?? "", address.kind, query, headers);
  call.label(operation.name);
  const hasBody =
    Number(request.headers["content-length"] ?? 0) > 0 || "transfer-encoding" in request.headers;
  return dispatch(operation, address, {
    store,
    written: (tx, object) => core.sources.objectWritten(tx, object),
    caller: verified.caller,
    authorize: (action, resource) =>
      core.access.authorize(verified.caller, action, [{ action, resource, keys: conditionKeys(query) }], () =>
        circumstancesOf(request, call, verified.scope.region),
      ),
    async authorizeRole(action, resource) {
      const { caller } = verified;
      if (caller.kind !== "job") return;
      const need = { action, resource, keys: conditionKeys(query) };
      const { account, grant } = caller;
      const why = await core.jobs.roleRefusal({ account }, grant.jobId, [need]).catch((error: unknown) => {
        if (error instanceof JobError) return "the job has ended meanwhile";
        throw error;
      });
      if (why !== undefined) throw new AccessError("AccessDenied", why);
    },
    scope: verified.scope,
    now: core.ambient.now(),
    query,
    headers,
    baseUrl: publicUrl,
    body: requestBody((about) => incomingContent(request, response, headers, verified, about), !hasBody),
  });
}

/** What policies may ask of a listing, or of a version (S3's condition keys). */
function conditionKeys(query: Query): Record<string, string> {
  const keys = {
    "s3:prefix": "prefix",
    "s3:delimiter": "delimiter",
    "s3:max-keys": "max-keys",
    "s3:VersionId": "versionId",
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, parameter]) => {
      const value = query.get(parameter);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}
