import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { RegistryLogin } from "../sandbox/index.ts";
import { PhaseFailure } from "./phase-failure.ts";
import { resolveVariables } from "./resolve-variables.ts";

/**
 * The login that a project's `registryCredential` names: a secret of `{"username": …, "password": …}` (P2.2, P2.8).
 *
 * @param secret its name or ARN
 * @throws PhaseFailure when the secret can't be had, or is no login; ProviderError SystemUnavailable
 */
export async function registryLogin(
  job: Pick<Job, "id">,
  secret: string,
  tools: Pick<Tools, "client" | "log" | "signal">,
): Promise<RegistryLogin> {
  const variable = { name: "registryCredential", type: "SECRETS_MANAGER", value: secret };
  const { environment } = await resolveVariables(job, [variable], tools);
  const login = readLogin(environment[variable.name] ?? "");
  if (login === undefined)
    throw new PhaseFailure(
      "CLIENT_ERROR",
      `registryCredential is not supported by this worker: ${secret} (it must be JSON with username and password)`,
    );
  tools.log.addSecrets([login.password]);
  return login;
}

function readLogin(text: string): RegistryLogin | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { username, password } = (content ?? {}) as Readonly<Record<string, unknown>>;
  return typeof username === "string" && typeof password === "string" ? { username, password } : undefined;
}
