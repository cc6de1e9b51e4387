/** Calls the server's own endpoints (logs) with a SigV4 signature, as the SDK signs AWS's. */
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export interface Target {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Nobody answers at the endpoint, or only that the server ends. */
export class UnreachableError extends Error {
  constructor(endpoint: string, cause: unknown) {
    const reason = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : "";
    super(`the server at ${endpoint} can't be reached${reason}`, { cause });
    this.name = "UnreachableError";
  }
}

/**
 * Signs a GET of `path` (with its query) for service codepipeline, and sends it.
 * @throws UnreachableError, and the signal's reason when it is aborted
 */
export async function signedGet(
  target: Target,
  path: string,
  options: { accept: string; signal?: AbortSignal },
): Promise<Response> {
  const url = new URL(path, target.endpoint);
  const signer = new SignatureV4({
    service: "codepipeline",
    region: target.region,
    credentials: target.credentials,
    sha256: Sha256,
  });
  const { headers } = await signer.sign({
    method: "GET",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, accept: options.accept },
  });
  const response = await fetch(url, { headers, ...(options.signal && { signal: options.signal }) }).catch(
    (error: Error) => {
      options.signal?.throwIfAborted();
      // undici says "fetch failed", and why in the cause.
      throw new UnreachableError(target.endpoint, error.cause);
    },
  );
  if (response.status === 503) throw new UnreachableError(target.endpoint, new Error("it is ending"));
  return response;
}
