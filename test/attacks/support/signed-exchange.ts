/** Requests written byte by byte to a whole server, signed as their own bytes say, however odd these are. */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { canonicalRequest } from "../../../src/core/access/canonical-request.ts";
import type { TestServer } from "../../support/server.ts";

export interface OddRequest {
  readonly method: string;
  /** As it goes on the wire, percent-encoded. */
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly service?: "s3" | "codepipeline" | "codebuild" | "codecommit" | "sts";
  /** Headers that go out and aren't signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends one signed request over a connection of its own. */
export async function signedExchange(server: TestServer, request: OddRequest): Promise<Answer> {
  const body = Buffer.from(request.body ?? "");
  const socket = await openTo(server);
  socket.write(signedHead(server, request, body));
  socket.write(body);
  return answerOf(socket, request.method);
}

/** A call of a JSON operation. @param input text as it is, or a value to be JSON */
export function callOperation(
  server: TestServer,
  target: string,
  input: unknown,
  service: OddRequest["service"] = "codepipeline",
): Promise<Answer> {
  return signedExchange(server, {
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: typeof input === "string" ? input : JSON.stringify(input),
    ...(service && { service }),
  });
}

export async function openTo({ server }: TestServer): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Everything that comes back until the server is done with the request. */
export async function answerOf(socket: Socket, method = "GET"): Promise<Answer> {
  const chunks: Buffer[] = [];
  socket.on("error", () => undefined);
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("latin1");
    const final = text.replace(/^(HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+/, "");
    const end = final.indexOf("\r\n\r\n");
    if (end < 0) continue;
    if (method === "HEAD") break;
    const length = /content-length: (\d+)/i.exec(final.slice(0, end))?.[1];
    if (length !== undefined && final.length - end - 4 < Number(length)) continue;
    if (
      length === undefined &&
      /transfer-encoding: chunked/i.test(final.slice(0, end)) &&
      !final.endsWith("0\r\n\r\n")
    )
      continue;
    break;
  }
  socket.destroy();
  const text = Buffer.concat(chunks)
    .toString("latin1")
    .replace(/^(HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n)+/, "");
  const end = text.indexOf("\r\n\r\n");
  return { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) };
}

function signedHead(target: TestServer, request: OddRequest, body: Buffer): string {
  const { method, path, query = "", service = "s3", unsigned = {} } = request;
  const { host } = new URL(target.server.url);
  const { accessKeyId, secretAccessKey, sessionToken } = {
    ...target.server.credentials,
    sessionToken: undefined,
    ...request.credentials,
  };
  const payload = createHash("sha256").update(body).digest("hex");
  const timestamp = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const headers: Record<string, string> = {
    host,
    "x-amz-date": timestamp,
    "x-amz-content-sha256": payload,
    ...(sessionToken && { "x-amz-security-token": sessionToken }),
    ...request.headers,
  };
  const scope = `${timestamp.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const names = Object.keys(headers).sort();
  const distinct = Object.fromEntries(names.map((name) => [name, [headers[name] ?? ""]]));
  const style = service === "s3" ? "s3" : "other";
  const canonical = canonicalRequest({ method, path, query, headers: distinct }, names, payload, style);
  const hash = createHash("sha256").update(canonical, "latin1").digest("hex");
  const key = scope
    .split("/")
    .reduce<Buffer>((derived, part) => hmac(derived, part), Buffer.from(`AWS4${secretAccessKey}`));
  const signature = hmac(key, ["AWS4-HMAC-SHA256", timestamp, scope, hash].join("\n")).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const all = {
    ...headers,
    authorization,
    ...unsigned,
    ...(body.length > 0 && { "content-length": String(body.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
