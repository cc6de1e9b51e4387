/** What operators and their probes ask: /healthz, /readyz, /metrics. Open to whoever reaches the listener. */
import type { ServerResponse } from "node:http";
import type { HttpRoute } from "../services/http.ts";
import type { Metrics } from "./metrics.ts";

/** The process answers. */
export function healthRoute(): HttpRoute {
  return getRoute("healthz", async (response) => sendText(response, 200, "ok\n"));
}

/** The server takes work: it isn't draining and its database answers. @param whyNot undefined when ready */
export function readinessRoute(whyNot: () => Promise<string | undefined>): HttpRoute {
  return getRoute("readyz", async (response) => {
    const reason = await whyNot();
    sendText(response, reason === undefined ? 200 : 503, `${reason ?? "ready"}\n`);
  });
}

export function metricsRoute(metrics: Metrics): HttpRoute {
  return getRoute("metrics", async (response) => {
    const { text, contentType } = await metrics.read();
    sendText(response, 200, text, contentType);
  });
}

function getRoute(name: string, answer: (response: ServerResponse) => Promise<void>): HttpRoute {
  return {
    name,
    callers: "everybody",
    async handle(request, response, { path }) {
      if (path !== `/${name}`) return sendText(response, 404, "not found\n");
      if (request.method === "GET" || request.method === "HEAD") return answer(response);
      response.setHeader("allow", "GET, HEAD");
      sendText(response, 405, "use GET\n");
    },
  };
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
