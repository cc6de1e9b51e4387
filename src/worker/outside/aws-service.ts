/** Signed requests of a job to an AWS-compatible service that the operator configured (P0.6). */
import { awsEndpoint, awsKeys, signedPost } from "../../network/aws-request.ts";
import type { Job } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import type { OutsideRequest } from "./call.ts";
import { settingOf } from "./settings.ts";

/** Settings of the service that gives keys of roles; for the providers that call services. */
export const ROLE_SETTINGS = ["endpoint.sts", "credentials.sts"];

/** What a request of a job needs besides the job. */
export type Calling = Pick<Tools, "signal" | "way" | "log">;

export interface AwsService {
  /** As settings and signatures name it: `lambda`; they differ for CloudWatch. */
  readonly setting: string;
  readonly signingName: string;
}

/**
 * A POST, signed for the job's region: as its role where there is an `endpoint.sts` (P0.16), else by the keys of
 * `credentials.<service>`, or those that the SDK finds on the worker.
 *
 * @param path percent-encoded, from the endpoint's own path on
 * @throws ProviderError ConfigurationError when there is no endpoint, or no credentials; as `keysOfRole`
 */
export async function signedRequest(
  job: Job,
  { setting, signingName }: AwsService,
  { path, headers, body }: { path: string; headers: Readonly<Record<string, string>>; body: string },
  calling: Calling,
): Promise<OutsideRequest> {
  const { region } = job;
  const host = setting === "cloudwatch" ? "monitoring" : setting;
  const url = awsEndpoint(settingOf(job, `endpoint.${setting}`), host, region);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  return signedPost({ url, region, signingName, headers, body }, () => keysOf(job, setting, calling));
}

/** Whether requests of the job are signed as its role. */
export function actsAsRole({ roleArn, settings = {} }: Job): boolean {
  return roleArn !== undefined && settings["endpoint.sts"] !== undefined;
}

async function keysOf(job: Job, setting: string, calling: Calling) {
  const { roleArn, settings = {} } = job;
  const endpoint = settings["endpoint.sts"];
  if (roleArn !== undefined && endpoint !== undefined) {
    // With the first role: its XML is read by more files than all of this is.
    const { keysOfRole } = await import("./assumed-role.ts");
    return await keysOfRole(job, { roleArn, endpoint }, calling);
  }
  try {
    return await awsKeys(settings[`credentials.${setting}`]);
  } catch {
    throw new ProviderError(
      "ConfigurationError",
      `The worker found no AWS credentials. Set credentials.${setting}, or give them to the worker.`,
    );
  }
}
