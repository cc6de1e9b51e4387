/** Signed requests to the server's own endpoints, for what AWS's client has no operation. */
import { text } from "node:stream/consumers";
import type { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/transport";
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

export interface SignedCalls {
  /** Calls an operation of the worker's target (P0.5) and answers its JSON. @throws as `post` */
  operation(name: string, input: object, signal?: AbortSignal): Promise<unknown>;
  /**
   * Posts JSON to a path and answers JSON.
   * @throws JobRefusedError when the server refuses the request for good
   * @throws Error when it couldn't be reached, is throttling, or failed itself
   */
  post(path: string, input: object): Promise<unknown>;
}

/** @param aws whose connections are used: they are kept open between calls, and end with it */
export function signedCalls(
  { endpoint, region, credentials }: Connection,
  aws: CodePipelineClient,
): SignedCalls {
  const signer = new SignatureV4({ service: "codepipeline", region, credentials, sha256: Sha256 });
  const base = new URL(endpoint);

  async function send(
    path: string,
    headers: Readonly<Record<string, string>>,
    input: object,
    abortSignal?: AbortSignal,
  ): Promise<unknown> {
    const body = JSON.stringify(input);
    const request = await signer.sign(
      new HttpRequest({
        method: "POST",
        protocol: base.protocol,
        hostname: base.hostname,
        ...(base.port !== "" && { port: Number(base.port) }),
        path,
        headers: { ...headers, host: base.host, "content-length": String(Buffer.byteLength(body)) },
        body,
      }),
    );
    const { response } = await aws.config.requestHandler.handle(new HttpRequest(request), { abortSignal });
    const answer = await text(response.body);
    if (response.statusCode >= 300) {
      throw refusalOrFailure(response.statusCode, answer);
    }
    return answer === "" ? {} : JSON.parse(answer);
  }

  return {
    operation: (name, input, signal) =>
      send(
        "/",
        { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${TARGET}.${name}` },
        input,
        signal,
      ),
    post: (path, input) => send(path, { "content-type": "application/json" }, input),
  };
}

function refusalOrFailure(status: number, answer: string): Error {
  const { code, message } = errorOf(answer);
  const passing = status >= 500 || status === 429 || /Throttl/.test(code);
  return passing
    ? new Error(`The server answered ${status}: ${message}`)
    : new JobRefusedError(code, message);
}

function errorOf(answer: string): { readonly code: string; readonly message: string } {
  try {
    const { __type, message = answer } = JSON.parse(answer) as { __type?: string; message?: string };
    return { code: __type?.split("#").at(-1) ?? "Unknown", message };
  } catch {
    return { code: "Unknown", message: answer.slice(0, 1_000) };
  }
}
