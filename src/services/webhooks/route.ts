/** `POST /webhooks/<id>`: what third parties send when something happened (S1). */
import type { ServerResponse } from "node:http";
import { BodyError } from "../body.ts";
import type { HttpRoute } from "../http.ts";
import { type Answer, unavailable } from "./answers.ts";
import { createReceiver, type ReceiverSettings } from "./receive.ts";

/** One for a server: its limits count over all requests. */
export function createWebhooksRoute(settings: ReceiverSettings, now: () => number): HttpRoute {
  const receive = createReceiver(settings, now);
  return {
    name: "webhooks",
    callers: "with its URL",
    invitesBody: true,
    async handle(request, response, call) {
      call.label("deliver");
      try {
        send(response, await receive(request, response, call));
      } catch (error) {
        // Nobody waits for an answer any more.
        if (error instanceof BodyError) return;
        // The sender may try again; what is wrong is told to the operator alone.
        call.report(error);
        send(response, unavailable);
      }
    },
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}
