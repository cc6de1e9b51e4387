/** AWS credentials of builds and commands (P10.5). */
import { awsProfile } from "../../network/aws-profile.ts";
import type { JobRole } from "../build-protocol.ts";
import { type Job, JobRefusedError } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import type { BuildLog } from "./build-log.ts";
import type { Variables } from "./environment.ts";

/** A build that brings any of these has keys of its own. */
const OWN_KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"];

type Needed = Pick<Tools, "client" | "log" | "signal">;

/**
 * The variables by which AWS's clients act as the job's role: none, unless the operator has set what gives keys of it.
 * The log hides their values from now on (P10.3).
 *
 * @throws ProviderError PermissionError when the role may not be taken, ConfigurationError when the profile gives no
 *   keys, SystemUnavailable when the server can't be asked
 */
export async function roleVariables(
  job: Job,
  tools: Needed,
  log: Pick<BuildLog, "line">,
): Promise<Variables> {
  const { client, signal } = tools;
  const role = await withRetries(() => client.jobRole(job.id), {
    service: "The server",
    signal,
    isTransient: (error) => !(error instanceof JobRefusedError),
  });
  switch (role.kind) {
    case "none":
      sayUnused(job, log);
      return {};
    case "refused":
      throw new ProviderError("PermissionError", role.message);
    case "profile": {
      const { endpoint, ...keys } = await keysOfProfile(role);
      tools.log.addSecrets(secretsOf(keys));
      log.line(`[Millrace] AWS clients act as ${role.roleArn}, by profile ${role.profile} of this worker`);
      return variablesOf(keys, endpoint);
    }
    case "keys": {
      tools.log.addSecrets(secretsOf(role.keys));
      log.line(`[Millrace] AWS clients act as ${role.roleArn} on this server, until the job ends`);
      return variablesOf(role.keys, job.publicUrl);
    }
  }
}

/** A role that somebody has named for this action, and that gives nothing. */
function sayUnused({ actionTypeId, configuration, roleArn }: Job, log: Pick<BuildLog, "line">): void {
  const { ServiceRoleArnOverride: override } = configuration;
  if (actionTypeId.provider !== "Commands") {
    if (override !== undefined)
      log.line(`[Millrace] role ${override} is not used here: there is no setting roles.${override}`);
  } else if (roleArn !== undefined) {
    const unused = `[Millrace] roleArn ${roleArn} is not used by this provider here`;
    log.line(`${unused}: there is no setting roles.${roleArn}`);
  }
}

/** Without those of the role where the build brings its own: keys, tokens and endpoints of two don't fit together. */
export function withRole(role: Variables, given: Variables, log: Pick<BuildLog, "line">): Variables {
  const own = OWN_KEYS.find((name) => name in given);
  if (own === undefined || Object.keys(role).length === 0) return { ...role, ...given };
  log.line(`[Millrace] the role's keys are left out: the build has ${own} of its own`);
  return given;
}

async function keysOfProfile({ roleArn, profile }: Extract<JobRole, { kind: "profile" }>) {
  try {
    return await awsProfile(profile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProviderError(
      "ConfigurationError",
      `The setting roles.${roleArn} gives no keys: ${reason} (profile ${profile} of this worker).`,
    );
  }
}

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

function secretsOf({ secretAccessKey, sessionToken }: Keys): readonly string[] {
  return [secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])];
}

function variablesOf(
  { accessKeyId, secretAccessKey, sessionToken }: Keys,
  endpoint: string | undefined,
): Variables {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
  };
}
