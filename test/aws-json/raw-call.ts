/** A signed request as no SDK would send it. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { ROOT } from "./pipe-server.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** As sent. */
  readonly text: string;
  /** The body as JSON; undefined when it is empty. */
  readonly json: unknown;
}

export async function rawCall(
  url: string,
  parts: {
    target?: string;
    body?: string | Uint8Array;
    headers?: Record<string, string>;
    method?: string;
    path?: string;
    signedAt?: Date;
    credentials?: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    };
    /** That the signature is made for. */
    service?: string;
    /** Takes the signature's place when given; `false` for none. */
    authorization?: string | false;
  } = {},
): Promise<RawAnswer> {
  const { body = "", method = "POST", path = "/", authorization, target } = parts;
  const signer = new SignatureV4({
    service: parts.service ?? "codepipeline",
    region: "us-east-1",
    credentials: parts.credentials ?? ROOT,
    sha256: Sha256,
  });
  const { host, protocol, hostname } = new URL(url);
  const request = {
    method,
    protocol,
    hostname,
    path,
    headers: {
      host,
      "content-type": "application/x-amz-json-1.1",
      ...(target !== undefined && { "x-amz-target": target }),
      ...parts.headers,
    },
    body,
  };
  const { headers } = await signer.sign(request, { signingDate: parts.signedAt ?? new Date() });
  if (authorization === false) delete headers.authorization;
  else if (authorization !== undefined) headers.authorization = authorization;
  const answer = await fetch(url + path, {
    method,
    headers,
    ...(method !== "GET" && { body: body as string }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type") === "application/x-amz-json-1.1" && text !== "";
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}
