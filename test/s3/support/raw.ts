/** Requests written byte by byte, with signatures of their own making. */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { canonicalRequest } from "../../../src/core/access/canonical-request.ts";
import { root } from "./endpoint.ts";

export interface RawRequest {
  readonly method: string;
  /** As it goes on the wire. */
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `x-amz-content-sha256`. */
  readonly payload?: string;
  readonly host?: string;
}

export interface Signature {
  readonly head: string;
  /** What chunk signatures start from. */
  readonly seed: string;
  readonly timestamp: string;
  readonly scope: string;
  readonly key: Buffer;
}

export const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
export const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/** The head of a signed request, ready to be sent. */
export function signedHead(request: RawRequest, port: number): Signature {
  const { method, path, query = "", payload = "UNSIGNED-PAYLOAD" } = request;
  const timestamp = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const headers: Record<string, string> = {
    host: request.host ?? `127.0.0.1:${port}`,
    "x-amz-date": timestamp,
    "x-amz-content-sha256": payload,
    ...request.headers,
  };
  const date = timestamp.slice(0, 8);
  const scope = `${date}/us-east-1/s3/aws4_request`;
  const names = Object.keys(headers).sort();
  const distinct = Object.fromEntries(names.map((name) => [name, [headers[name] ?? ""]]));
  const canonical = canonicalRequest({ method, path, query, headers: distinct }, names, payload, "s3");
  const key = ["us-east-1", "s3", "aws4_request"].reduce<Buffer>(
    (derived, part) => hmac(derived, part),
    hmac(`AWS4${root.secretAccessKey}`, date),
  );
  const seed = hmac(key, ["AWS4-HMAC-SHA256", timestamp, scope, sha256(canonical)].join("\n")).toString(
    "hex",
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${root.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${seed}`;
  const lines = Object.entries({ ...headers, authorization }).map(([name, value]) => `${name}: ${value}\r\n`);
  const target = query === "" ? path : `${path}?${query}`;
  return { head: `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, seed, timestamp, scope, key };
}

/** Sends `pieces` over a connection of its own and answers what came back until the response was whole. */
export async function exchange(port: number, ...pieces: (string | Uint8Array)[]): Promise<RawResponse> {
  const socket = await open(port);
  for (const piece of pieces) socket.write(piece);
  const response = await readResponse(socket);
  socket.destroy();
  return response;
}

export async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

export interface RawResponse {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Waits for a final response; interim ones stand in front of its head. */
export async function readResponse(socket: Socket): Promise<RawResponse> {
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString("latin1");
    const final = text.replace(/^HTTP\/1\.1 1\d\d [^\r]*\r\n\r\n/, "");
    const end = final.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const head = final.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const body = final.slice(end + 4);
    if (body.length >= length)
      return { status: Number(head.slice(9, 12)), head: text.slice(0, text.length - body.length), body };
  }
  throw new Error(`the connection ended before a whole response: ${text}`);
}
