/** Signed requests to the server's own endpoints, for what AWS's client has no operation. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { JobRefusedError } from "./protocol.ts";

const TARGET = "MillraceWorker_20261101";

export interface Connection {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  /** Asked again when what it gave is about to expire. */
  readonly credentials: () => Promise<Credentials>;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Calls a signed operation of the worker's target (P0.5) and answers its JSON. @throws as `post` */
export function callOperation(
  connection: Connection,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `${TARGET}.${operation}`,
  };
  return post(connection, "/", headers, input, signal);
}

/**
 * Posts JSON.
 * @throws JobRefusedError when the server refuses the request for good
 * @throws Error when it couldn't be reached, is throttling, or failed itself
 */
export async function post(
  { endpoint, region, credentials }: Connection,
  path: string,
  headers: Readonly<Record<string, string>>,
  input: object,
  signal?: AbortSignal,
): Promise<unknown> {
  const url = new URL(path, endpoint);
  const body = JSON.stringify(input);
  const signer = new SignatureV4({ service: "codepipeline", region, credentials, sha256: Sha256 });
  const signed = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: {},
    headers: { ...headers, host: url.host },
    body,
  });
  const response = await fetch(url, { method: "POST", headers: signed.headers, body, signal });
  const text = await response.text();
  if (!response.ok) {
    throw refusalOrFailure(response.status, text);
  }
  return text === "" ? {} : JSON.parse(text);
}

function refusalOrFailure(status: number, text: string): Error {
  const { code, message } = errorOf(text);
  const passing = status >= 500 || status === 429 || /Throttl/.test(code);
  return passing
    ? new Error(`The server answered ${status}: ${message}`)
    : new JobRefusedError(code, message);
}

function errorOf(text: string): { readonly code: string; readonly message: string } {
  try {
    const { __type, message = text } = JSON.parse(text) as { __type?: string; message?: string };
    return { code: __type?.split("#").at(-1) ?? "Unknown", message };
  } catch {
    return { code: "Unknown", message: text.slice(0, 1_000) };
  }
}
