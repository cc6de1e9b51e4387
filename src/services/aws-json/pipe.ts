/**
 * The one pipe of every AWS JSON operation: authenticate → decode → validate → authorise → handle → encode. Checks come
 * in AWS's order (api.md §1.4), so a caller learns nothing before the signature is right.
 */
import type { IncomingMessage } from "node:http";
import { BodyError, readBody } from "../body.ts";
import { circumstancesOf, type HttpCall, type HttpRoute } from "../http.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { AwsError } from "./error.ts";
import type { Call } from "./operation.ts";
import { parseJson } from "./parse.ts";
import { type Plan, planOperations, targetsOf } from "./plan.ts";
import { sendBody, sendError } from "./respond.ts";
import type { Service } from "./service.ts";

/** AWS publishes no limits; these are Millrace's (api.md §1.1). */
const BODY_LIMITS = { bytes: 1024 * 1024, milliseconds: 30_000 };

export interface AwsJsonRoute extends HttpRoute {
  /** Whether an `X-Amz-Target` belongs to a service of this pipe. */
  serves(target: string): boolean;
}

/** @param version Millrace's, for operations that it doesn't have @throws Error when a service is not complete */
export function createAwsJsonRoute(services: readonly Service[], version: string): AwsJsonRoute {
  const plans = planOperations(services);
  const prefixes = new Set(services.flatMap(targetsOf));

  return {
    name: "aws-json",
    callers: "authorized",
    serves: (target) => prefixes.has(target.slice(0, target.lastIndexOf("."))),

    async handle(request, response, call) {
      const plan = plans.get(String(request.headers["x-amz-target"]));
      try {
        if (plan === undefined) throw new AwsError("UnknownOperationException", "");
        call.label(plan.label);
        const body = await run(plan, request, call, version);
        sendBody(response, 200, body, plan.service.jsonVersion);
      } catch (error) {
        const answer = toAnswer(error, call);
        if (answer === undefined) return;
        if (error instanceof BodyError && error.unread) response.setHeader("connection", "close");
        sendError(response, answer, plan);
      }
    },
  };
}

async function run(
  plan: Plan,
  request: IncomingMessage,
  httpCall: HttpCall,
  version: string,
): Promise<string> {
  const body = await readBody(request, BODY_LIMITS);
  const { caller, scope } = await authenticate(request, httpCall, body, plan.service.signingName);
  if (plan.operation === undefined) throw notImplemented(plan.name, version);

  const input = plan.decode(parseJson(body));
  plan.validate(input);

  const { core, requestId } = httpCall;
  const call: Call = {
    core,
    scope,
    caller,
    circumstances: () => circumstancesOf(request, httpCall, scope.region),
    requestId,
    now: core.ambient.now(),
    signal: () => httpCall.signal,
  };
  await authorize(plan.permission, plan.operation, input, call);
  return plan.encode(await plan.operation.handle(input as never, call));
}

/** @returns undefined when nobody waits for an answer any more */
function toAnswer(error: unknown, call: HttpCall): AwsError | undefined {
  if (error instanceof AwsError) return error;
  if (error instanceof BodyError) return bodyRefused(error);
  call.report(error);
  return new AwsError("InternalFailure", "", 500);
}

function bodyRefused({ reason }: BodyError): AwsError | undefined {
  switch (reason) {
    case "tooLarge":
      return new AwsError("RequestEntityTooLargeException", "", 413);
    case "tooSlow":
      return new AwsError("RequestTimeoutException", "", 408);
    case "gone":
      return undefined;
  }
}

function notImplemented(operation: string, version: string): AwsError {
  return new AwsError(
    "NotImplementedException",
    `${operation} is not implemented in Millrace ${version}.`,
    501,
  );
}
