/** STS as far as clients call it on the way. The query protocol: a form in, XML out. */
import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError } from "../../core/access/types.ts";
import { BodyError, readBody } from "../body.ts";
import { circumstancesOf, type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";
import { assumeRole } from "./assume-role.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";
import { QueryError, type StsOperation } from "./operation.ts";
import { errorXml } from "./xml.ts";

const operations: readonly StsOperation[] = [assumeRole, getCallerIdentity];

const VERSION = "2011-06-15";
const SKEW_MS = 5 * 60_000;
const BODY_LIMITS = { bytes: 64 * 1024, milliseconds: 30_000 };

export const stsRoute: HttpRoute = {
  name: "sts",
  callers: "authorized",
  async handle(request, response, call) {
    try {
      sendXml(response, 200, await answer(request, call));
    } catch (error) {
      const refusal = toRefusal(error, call);
      if (refusal === undefined) return;
      if (error instanceof BodyError && error.unread) response.setHeader("connection", "close");
      const type = refusal.status < 500 ? "Sender" : "Receiver";
      sendXml(response, refusal.status, errorXml({ ...refusal, type }, call.requestId));
    }
  },
};

/** @throws AccessError, BodyError, QueryError */
async function answer(request: IncomingMessage, call: HttpCall): Promise<string> {
  const body = await readBody(request, BODY_LIMITS);
  const { caller, scope } = await call.core.access.verify(
    { ...signedRequestOf(request, call), bodyHash: hash("sha256", body, "hex") },
    { service: ["sts"], skewMs: SKEW_MS },
  );
  const form = new URLSearchParams(body.toString("utf8"));
  const action = form.get("Action");
  const version = form.get("Version");
  if (action === null) throw new QueryError(400, "MissingAction", "Missing Action");
  const operation = version === VERSION ? operations.find(({ name }) => name === action) : undefined;
  if (operation === undefined)
    throw new QueryError(
      400,
      "InvalidAction",
      `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}`,
    );
  call.label(`sts:${operation.name}`);
  const { core, requestId } = call;
  const circumstances = () => circumstancesOf(request, call, scope.region);
  return operation.handle({ core, caller, circumstances, form, requestId });
}

/** @returns undefined when nobody waits for an answer any more */
function toRefusal(
  error: unknown,
  call: HttpCall,
): { status: number; code: string; message: string } | undefined {
  // Taken apart: an error spread out loses its message.
  if (error instanceof QueryError) {
    const { status, code, message } = error;
    return { status, code, message };
  }
  if (error instanceof AccessError) return { status: 403, code: CODES[error.code], message: error.message };
  if (error instanceof BodyError) {
    switch (error.reason) {
      case "tooLarge":
        return { status: 413, code: "RequestEntityTooLarge", message: "The form is larger than 64 KiB" };
      case "tooSlow":
        return { status: 408, code: "RequestTimeout", message: "The form did not arrive within 30 seconds" };
      case "gone":
        return undefined;
    }
  }
  call.report(error);
  return { status: 500, code: "InternalFailure", message: "The request failed; its id names the log line" };
}

/** The query protocol's names. */
const CODES: Readonly<Record<AccessError["code"], string>> = {
  MissingAuthenticationToken: "MissingAuthenticationToken",
  IncompleteSignature: "IncompleteSignature",
  UnrecognizedClient: "InvalidClientTokenId",
  InvalidSignature: "SignatureDoesNotMatch",
  RequestExpired: "SignatureDoesNotMatch",
  ExpiredToken: "ExpiredToken",
  AccessDenied: "AccessDenied",
};

function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/xml", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
