/** Signed requests to an AWS-compatible service that the operator configured (P0.6). */
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/transport";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";
import type { OutsideRequest } from "./call.ts";
import { settingOf } from "./settings.ts";

export interface AwsService {
  /** As settings and signatures name it: `lambda`; they differ for CloudWatch. */
  readonly setting: string;
  readonly signingName: string;
}

/**
 * A POST, signed for the job's region by the keys of `credentials.<service>`, else those that the SDK finds on the
 * worker.
 *
 * @param path percent-encoded, from the endpoint's own path on
 * @throws ProviderError ConfigurationError when there is no endpoint, or no credentials
 */
export async function signedRequest(
  job: Job,
  { setting, signingName }: AwsService,
  { path, headers, body }: { path: string; headers: Readonly<Record<string, string>>; body: string },
): Promise<OutsideRequest> {
  const url = endpointOf(job, setting);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  const signer = new SignatureV4({
    service: signingName,
    region: job.region,
    credentials: () => credentialsOf(job, setting),
    sha256: Sha256,
  });
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
  return { method: "POST", url: url.href, headers: signed.headers, body };
}

function endpointOf(job: Job, setting: string): URL {
  const endpoint = settingOf(job, `endpoint.${setting}`);
  if (endpoint !== "aws") return new URL(endpoint);
  const domain = job.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const host = setting === "cloudwatch" ? "monitoring" : setting;
  return new URL(`https://${host}.${job.region}.${domain}`);
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

async function credentialsOf(job: Job, setting: string): Promise<Keys> {
  const given = job.settings?.[`credentials.${setting}`];
  // The server checked it to be keys or the name of a profile when it started.
  if (given?.startsWith("{")) return JSON.parse(given) as Keys;
  try {
    return await defaultProvider(given === undefined ? {} : { profile: given })();
  } catch {
    throw new ProviderError(
      "ConfigurationError",
      `The worker found no AWS credentials. Set credentials.${setting}, or give them to the worker.`,
    );
  }
}
