/** Signed requests for logs, as a worker or a reader sends them. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Parts {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** What is signed. */
  readonly body?: string;
  /** What is sent, where it isn't what was signed. */
  readonly sent?: string;
  readonly signal?: AbortSignal;
  readonly region?: string;
}

/** An address that holds its own signature, as AWS's SDK makes them. */
export async function presigned(
  endpoint: string,
  path: string,
  credentials: Signer,
  { method = "GET", expiresIn = 60, signedAt = new Date() } = {},
): Promise<string> {
  const url = new URL(path, endpoint);
  const signer = new SignatureV4({
    service: "codepipeline",
    region: "us-east-1",
    credentials,
    sha256: Sha256,
  });
  const request = await signer.presign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host },
    },
    { expiresIn, signingDate: signedAt },
  );
  const query = Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value)] as const);
  return `${url.origin}${url.pathname}?${new URLSearchParams(Object.fromEntries(query))}`;
}

export async function signed(
  endpoint: string,
  path: string,
  credentials: Signer,
  { method = "GET", headers = {}, body, sent = body, signal, region = "us-east-1" }: Parts = {},
): Promise<Response> {
  const url = new URL(path, endpoint);
  const signer = new SignatureV4({
    service: "codepipeline",
    region,
    credentials,
    sha256: Sha256,
  });
  const request = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    ...(body !== undefined && { body }),
  });
  return fetch(url, {
    method,
    headers: request.headers,
    ...(sent !== undefined && { body: sent }),
    ...(signal && { signal }),
  });
}
