/** `GET /explain?pipeline=<name>` or `?execution=<id>`: why it isn't moving, in plain words, as JSON. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError, type Verified } from "../../core/access/types.ts";
import type { Explanation } from "../../core/explain/index.ts";
import { pipelineArn } from "../../core/pipeline-arn.ts";
import { tagsByKey } from "../../core/store/queries/tags.ts";
import { circumstancesOf, type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";

const SKEW_MS = 5 * 60 * 1000;
const EXPLAINING = "millrace:Explain";
/** As pipelines and executions are named (api.md §2): anything else, NUL above all, is no key to look for. */
const NAME = /^[A-Za-z0-9.@\-_]{1,100}$/;

export const explainRoute: HttpRoute = {
  name: "explain",
  callers: "authorized",
  async handle(request, response, call) {
    try {
      await route(request, response, call);
    } catch (error) {
      if (!(error instanceof AccessError) || response.headersSent) throw error;
      sendJson(response, 403, { message: error.message });
    }
  },
};

async function route(request: IncomingMessage, response: ServerResponse, call: HttpCall): Promise<void> {
  const verified = await call.core.access.verify(signedRequestOf(request, call), {
    service: ["codepipeline"],
    skewMs: SKEW_MS,
  });
  if (call.path !== "/explain") return sendJson(response, 404, { message: "There is only /explain." });
  if (request.method !== "GET") {
    response.setHeader("allow", "GET");
    return sendJson(response, 405, { message: `${request.method} is not served here: use GET.` });
  }
  const query = new URLSearchParams(call.query);
  const pipeline = query.get("pipeline");
  const execution = query.get("execution");
  if ((pipeline === null) === (execution === null))
    return sendJson(response, 400, { message: "Give one of pipeline=<name> and execution=<id>." });
  call.label("Explain");
  const authorize = (resource: string) =>
    call.core.access.authorize(
      verified.caller,
      EXPLAINING,
      [{ action: EXPLAINING, resource, resourceTags: () => tagsByKey(call.core.store.read, resource) }],
      () => circumstancesOf(request, call, verified.scope.region),
    );
  const found =
    pipeline === null
      ? await ofExecution(call, verified, execution ?? "", authorize)
      : await ofPipeline(call, verified, pipeline, authorize);
  if (found === undefined) {
    const what = pipeline === null ? `execution '${execution}'` : `pipeline '${pipeline}'`;
    return sendJson(response, 404, { message: `There is no ${what} in ${verified.scope.region}.` });
  }
  sendJson(response, 200, found);
}

async function ofPipeline(
  { core }: HttpCall,
  { scope }: Verified,
  name: string,
  authorize: (resource: string) => Promise<void>,
): Promise<Explanation | undefined> {
  await authorize(pipelineArn(scope, name));
  return NAME.test(name) ? core.explain.pipeline(scope, name) : undefined;
}

async function ofExecution(
  { core }: HttpCall,
  { caller, scope }: Verified,
  id: string,
  authorize: (resource: string) => Promise<void>,
): Promise<Explanation | undefined> {
  const owner = NAME.test(id) ? await core.explain.ownerOf(caller.account, id) : undefined;
  const here = owner?.region === scope.region ? owner : undefined;
  await authorize(here === undefined ? "*" : pipelineArn(here, here.pipelineName));
  return here && core.explain.execution(here.pipelineId, id);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(body));
}
