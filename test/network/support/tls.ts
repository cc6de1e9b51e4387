/** A server of TLS on this machine that only an authority of ours vouches for, and a proxy that leads to it. */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, request, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { fileURLToPath } from "node:url";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** In PEM; vouches for git.example and 127.0.0.1, until 2126. */
export const AUTHORITY = file("authority.pem");

export interface Listening extends AsyncDisposable {
  readonly port: number;
}

export function tlsServer(handle: RequestListener): Promise<Listening> {
  const [key, cert] = ["server-key.pem", "server.pem"].map((name) => readFileSync(file(name)));
  return listening(createTlsServer({ key: key!, cert: cert! }, handle));
}

/** Passes requests on to a server that speaks no TLS, as reverse proxies do. */
export function passingOn(port: () => number): RequestListener {
  return (message, response) => {
    const { method, url, headers } = message;
    const sent = request({ host: "127.0.0.1", port: port(), method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on("error", () => response.destroy());
    message.pipe(sent);
  };
}

export interface Proxying extends Listening {
  /** `CONNECT host:port`, `GET http://…`, with what authorises them. */
  readonly asked: string[];
  /** What it answers CONNECT with; 0: nothing at all. */
  status: number;
}

/** Whatever is asked for, it leads to this port of this machine. */
export async function proxyServer(port: number): Promise<Proxying> {
  const asked: string[] = [];
  const server = createHttpServer((message, response) => {
    asked.push(`${message.method} ${message.url} ${message.headers["proxy-authorization"] ?? ""}`.trim());
    response.end("by proxy");
  });
  server.on("connect", ({ url, headers }, socket) => {
    asked.push(`CONNECT ${url} ${headers["proxy-authorization"] ?? ""}`.trim());
    socket.on("error", () => undefined);
    if (proxy.status === 0) return;
    if (proxy.status !== 200) return void socket.end(`HTTP/1.1 ${proxy.status} No\r\n\r\n`);
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
  });
  const proxy = { ...(await listening(server)), asked, status: 200 };
  return proxy;
}

async function listening(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
