/**
 * STS as far as clients call it on the way: GetCallerIdentity, which needs no permission. The query protocol: a form in,
 * XML out.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AccessError, type Caller } from "../../core/access/types.ts";
import { BodyError, readBody } from "../body.ts";
import { type HttpCall, type HttpRoute, signedRequestOf } from "../http.ts";
import { errorXml, identityXml } from "./xml.ts";

const VERSION = "2011-06-15";
const SKEW_MS = 5 * 60_000;
const BODY_LIMITS = { bytes: 64 * 1024, milliseconds: 30_000 };

export const stsRoute: HttpRoute = {
  name: "sts",
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
  const { caller } = await call.core.access.verify(
    { ...signedRequestOf(request, call), bodyHash: hash("sha256", body, "hex") },
    { service: ["sts"], skewMs: SKEW_MS },
  );
  const form = new URLSearchParams(body.toString("utf8"));
  const action = form.get("Action");
  const version = form.get("Version");
  if (action === null) throw new QueryError(400, "MissingAction", "Missing Action");
  if (action !== "GetCallerIdentity" || version !== VERSION)
    throw new QueryError(
      400,
      "InvalidAction",
      `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}`,
    );
  call.label("sts:GetCallerIdentity");
  return identityXml({ ...caller, userId: userIdOf(caller) }, call.requestId);
}

class QueryError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "QueryError";
    this.status = status;
    this.code = code;
  }
}

/** @returns undefined when nobody waits for an answer any more */
function toRefusal(
  error: unknown,
  call: HttpCall,
): { status: number; code: string; message: string } | undefined {
  if (error instanceof QueryError) return error;
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

/** AWS names root by its account and a session by role and session name. */
function userIdOf(caller: Caller): string {
  switch (caller.kind) {
    case "root":
      return caller.account;
    case "user":
      return caller.accessKeyId;
    case "job":
      return `${caller.accessKeyId}:${caller.grant.jobId}`;
  }
}

function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/xml", "content-length": Buffer.byteLength(body) });
  response.end(body);
}
