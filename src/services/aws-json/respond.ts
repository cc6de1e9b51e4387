/** Last step of the pipe: the answer on the wire (api.md §1.2, §1.3). */
import type { ServerResponse } from "node:http";
import type { AwsError } from "./error.ts";
import type { Plan } from "./plan.ts";
import type { Service } from "./service.ts";

export function sendBody(
  response: ServerResponse,
  status: number,
  body: string,
  jsonVersion: Service["jsonVersion"] = "1.1",
): void {
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, {
    "content-type": `application/x-amz-json-${jsonVersion}`,
    "content-length": bytes,
  });
  // Most bodies are ASCII, of which Latin-1 makes the same bytes, and head and body leave as one.
  response.end(body, bytes === body.length ? "latin1" : "utf8");
}

/** @param plan of the operation, where it is known: its model may have a status for this error */
export function sendError(response: ServerResponse, error: AwsError, plan: Plan | undefined): void {
  const status = plan?.errorStatus.get(error.code) ?? error.status;
  sendBody(response, status, JSON.stringify(errorBody(error)), plan?.service.jsonVersion);
}

/** Errors of AWS's front end go without a text; the serialiser's writes its own with a capital (api.md §1.3). */
function errorBody({ code, message }: AwsError): object {
  if (message === "") return { __type: code };
  return code === "SerializationException" ? { __type: code, Message: message } : { __type: code, message };
}
