/** A way through a proxy to a destination that speaks TLS (RFC 9110, CONNECT). */
import { request } from "node:http";
import type { Socket } from "node:net";
import { type ByProxy, proxyHeaders } from "./destination.ts";
import { OutgoingError } from "./outgoing-error.ts";

/** @throws OutgoingError when the proxy can't be reached or refuses, the signal's reason once it is aborted */
export function openTunnel({ host, port, proxy }: ByProxy, signal: AbortSignal): Promise<Socket> {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const asked = request({
      host: proxy.host,
      port: proxy.port,
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...proxyHeaders(proxy) },
      agent: false,
      signal,
    });
    asked.once("connect", ({ statusCode = 0 }, socket: Socket, head) => {
      // Nobody speaks before us in TLS.
      if (statusCode >= 200 && statusCode < 300 && head.length === 0) return resolve(socket);
      socket.destroy();
      reject(new OutgoingError(`the proxy answered ${statusCode}`, true));
    });
    asked.once("error", (error) => {
      const code = "code" in error ? String(error.code) : "the connection failed";
      reject(
        signal.aborted ? signal.reason : new OutgoingError(`the proxy could not be reached: ${code}`, true),
      );
    });
    asked.end();
  });
}
