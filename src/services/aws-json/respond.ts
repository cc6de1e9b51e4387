/** Last step of the pipe: the answer on the wire (api.md §1.2, §1.3). */
import type { ServerResponse } from "node:http";
import type { AwsError } from "./error.ts";

const CONTENT_TYPE = "application/x-amz-json-1.1";

export function sendBody(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": CONTENT_TYPE, "content-length": bytes });
  // Most bodies are ASCII, of which Latin-1 makes the same bytes, and head and body leave as one.
  response.end(body, bytes === body.length ? "latin1" : "utf8");
}

/** @param status from the model, where it has one for this error */
export function sendError(response: ServerResponse, error: AwsError, status = error.status): void {
  sendBody(response, status, JSON.stringify(errorBody(error)));
}

/** Errors of AWS's front end go without a text; the serialiser's writes its own with a capital (api.md §1.3). */
function errorBody({ code, message }: AwsError): object {
  if (message === "") return { __type: code };
  return code === "SerializationException" ? { __type: code, Message: message } : { __type: code, message };
}
