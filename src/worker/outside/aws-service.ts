/** Signed requests of a job to an AWS-compatible service that the operator configured (P0.6). */
import { awsEndpoint, awsKeys, signedPost } from "../../network/aws-request.ts";
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
  const { region } = job;
  const host = setting === "cloudwatch" ? "monitoring" : setting;
  const url = awsEndpoint(settingOf(job, `endpoint.${setting}`), host, region);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  return signedPost({ url, region, signingName, headers, body }, () => keysOf(job, setting));
}

async function keysOf(job: Job, setting: string) {
  try {
    return await awsKeys(job.settings?.[`credentials.${setting}`]);
  } catch {
    throw new ProviderError(
      "ConfigurationError",
      `The worker found no AWS credentials. Set credentials.${setting}, or give them to the worker.`,
    );
  }
}
