/** Acting as an action's role where the operator has an STS for that (P0.16). */
import { assumeRoleRequest, readAssumedRole } from "../../network/assume-role.ts";
import type { AwsKeys } from "../../network/aws-request.ts";
import type { Job } from "../protocol.ts";
import { ProviderError, type Tools } from "../provider.ts";
import { call } from "./call.ts";

const LIMITS = { timeLimit: 60_000, sizeLimit: 256 * 1024 };

/**
 * Temporary keys of the role; the log hides them from now on (P10.3).
 *
 * @param endpoint the setting `endpoint.sts`
 * @throws ProviderError PermissionError when the role may not be taken, ConfigurationError when there are no keys to
 *   ask with, SystemUnavailable
 */
export async function keysOfRole(
  { id, region, settings = {} }: Job,
  { roleArn, endpoint }: { readonly roleArn: string; readonly endpoint: string },
  { signal, way, log }: Pick<Tools, "signal" | "way" | "log">,
): Promise<AwsKeys> {
  const credentials = settings["credentials.sts"];
  const answer = await call({
    ...LIMITS,
    service: "AWS STS",
    signal,
    way,
    repeatable: true,
    request: async () => {
      const role = { roleArn, sessionName: `AWSCodePipeline-${id}`, region };
      const service = { endpoint, ...(credentials !== undefined && { credentials }) };
      try {
        return await assumeRoleRequest(role, service);
      } catch {
        throw new ProviderError(
          "ConfigurationError",
          "The worker found no AWS credentials. Set credentials.sts, or give them to the worker.",
        );
      }
    },
  });
  const keys = readAssumedRole(answer);
  if (typeof keys === "string")
    throw new ProviderError("PermissionError", `The role ${roleArn} could not be assumed: ${keys}`);
  const { secretAccessKey, sessionToken } = keys;
  log.addSecrets([secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])]);
  return keys;
}
