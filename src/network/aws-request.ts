/** Signed requests to an AWS-compatible service that the operator configured (P0.6). */
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/transport";
import { SignatureV4 } from "@smithy/signature-v4";
import { askedFor, awsProfile } from "./aws-profile.ts";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsPost {
  readonly url: URL;
  readonly region: string;
  /** As signatures name the service. */
  readonly signingName: string;
  /** Beside those that are signed: content-type, and what is the service's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The signature holds for minutes only: each try needs a new one. */
export async function signedPost(
  { url, region, signingName, headers, body }: AwsPost,
  keys: () => Promise<AwsKeys>,
) {
  const signer = new SignatureV4({ service: signingName, region, credentials: keys, sha256: Sha256 });
  const request = new HttpRequest({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path: url.pathname,
    headers: { ...headers, host: url.host, "content-length": String(Buffer.byteLength(body)) },
    body,
  });
  const signed = await signer.sign(request);
  return { method: "POST", url: url.href, headers: signed.headers, body } as const;
}

/**
 * @param endpoint the setting `endpoint.<service>`: a URL, or `aws` for AWS's own
 * @param host of the service at AWS: `monitoring`
 */
export function awsEndpoint(endpoint: string, host: string, region: string): URL {
  if (endpoint !== "aws") return new URL(endpoint);
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(`https://${host}.${region}.${domain}`);
}

/**
 * @param credentials the setting `credentials.<service>`: keys as JSON text, or the name of a profile; checked when the
 *   server started. Absent: those that the SDK finds here.
 * @throws Error when there are none
 */
export async function awsKeys(credentials: string | undefined): Promise<AwsKeys> {
  if (credentials?.startsWith("{")) return JSON.parse(credentials) as AwsKeys;
  if (credentials !== undefined) return await awsProfile(credentials);
  // It is large, and few need it.
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  return await askedFor(defaultProvider());
}
