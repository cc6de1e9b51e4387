/** Profiles of this host's AWS files: `~/.aws/config` and `~/.aws/credentials`, or where the variables of AWS's tools say. */
import type { AwsKeys } from "./aws-request.ts";

const LIMIT_MS = 30_000;

export interface AwsProfile extends AwsKeys {
  /** Its `endpoint_url`. */
  readonly endpoint?: string;
}

/**
 * Keys of a profile as it says they are had: written down, by a role, a process or a login. Nothing else is tried in
 * their place: not what the environment or the host's own role would give.
 *
 * @throws Error that says what the profile lacks, for whoever reads a build's log
 */
export async function awsProfile(profile: string): Promise<AwsProfile> {
  // They are large, and few need them.
  const { parseKnownFiles } = await import("@smithy/core/config");
  const { fromIni } = await import("@aws-sdk/credential-provider-ini");
  // Keys are renewed in the files while we run.
  const from = { profile, ignoreCache: true };
  const profiles = await parseKnownFiles(from);
  if (!Object.hasOwn(profiles, profile)) throw new Error(`there is no profile ${profile} in the AWS files`);
  const endpoint = profiles[profile]?.endpoint_url;
  // Where its role is taken, too.
  const clientConfig = endpoint === undefined ? {} : { endpoint };
  const { accessKeyId, secretAccessKey, sessionToken } = await askedFor(fromIni({ ...from, clientConfig }));
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

/**
 * What gives keys may be a process or a service that never answers. Of a process that fails the SDK tells the command
 * line and what it wrote, where a secret may be.
 *
 * @throws Error of the SDK's, or one of these two
 */
export async function askedFor(provider: () => Promise<AwsKeys>): Promise<AwsKeys> {
  const late = Promise.withResolvers<never>();
  const tooLate = () => late.reject(new Error(`no keys came within ${LIMIT_MS / 1000} s`));
  const timer = setTimeout(tooLate, LIMIT_MS);
  try {
    return await Promise.race([provider(), late.promise]);
  } catch (error) {
    const isOfProcess = error instanceof Error && error.message.startsWith("Command failed:");
    throw isOfProcess ? new Error("the profile's credential_process failed") : error;
  } finally {
    clearTimeout(timer);
  }
}
