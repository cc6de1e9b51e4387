import type { BuildVariable } from "../build-protocol.ts";
import { type Job, JobRefusedError, type SecretKind } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import { withRetries } from "../retry.ts";
import { PhaseFailure } from "./phase-failure.ts";

/** The variables of a build with their values. */
export interface ResolvedVariables {
  readonly environment: Readonly<Record<string, string>>;
  /** Those whose values are secret: a build never hands them on (P3.12). */
  readonly secretNames: ReadonlySet<string>;
}

type Needed = Pick<Tools, "client" | "log" | "signal">;

/**
 * Gets the values that are kept as secrets (P3.9). The log hides each from the moment it is known, so before anything
 * can print it (P10.3).
 *
 * @throws PhaseFailure with the words of P3.10 for the first that can't be had
 * @throws ProviderError SystemUnavailable when the server can't be asked
 */
export async function resolveVariables(
  job: Pick<Job, "id">,
  variables: readonly BuildVariable[],
  { client, log, signal }: Needed,
): Promise<ResolvedVariables> {
  const environment: Record<string, string> = {};
  const secretNames = new Set<string>();
  for (const variable of variables) {
    const kind = secretKind(variable);
    if (kind === undefined) {
      environment[variable.name] = variable.value;
      continue;
    }
    const resolved = await withRetries(() => ask(client, job.id, kind, variable.value), {
      service: "The server's secret store",
      signal,
      isTransient: (error) => !(error instanceof JobRefusedError),
    });
    if ("refused" in resolved) throw new PhaseFailure(STATUS[kind], resolved.refused);
    log.addSecrets([resolved.value]);
    environment[variable.name] = resolved.value;
    secretNames.add(variable.name);
  }
  return { environment, secretNames };
}

/** @throws Error where it may be had in a moment */
async function ask(client: Tools["client"], jobId: string, kind: SecretKind, name: string) {
  const resolved = await client.resolveSecret(jobId, kind, name);
  if ("unavailable" in resolved) throw new Error(resolved.unavailable);
  return resolved;
}

/** P3.10. */
const STATUS: Readonly<Record<SecretKind, string>> = {
  "parameter-store": "Decrypted Variables Error",
  "secrets-manager": "Secrets Manager Error Message",
};

/** Undefined for a plain value. @throws PhaseFailure CLIENT_ERROR for a type that there isn't */
function secretKind({ name, type = "PLAINTEXT" }: BuildVariable): SecretKind | undefined {
  switch (type) {
    case "PLAINTEXT":
      return undefined;
    case "PARAMETER_STORE":
      return "parameter-store";
    case "SECRETS_MANAGER":
      return "secrets-manager";
    default:
      throw new PhaseFailure("CLIENT_ERROR", `variable ${name} has an unknown type: ${type}`);
  }
}
