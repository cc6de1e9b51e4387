import type { BuildVariable } from "../build-protocol.ts";
import type { ProjectRequest } from "../builds/index.ts";
import type { Job } from "../protocol.ts";
import { ProviderError } from "../provider.ts";

/**
 * What a CodeBuild action's configuration asks for (P2.14).
 *
 * @throws ProviderError ConfigurationError
 */
export function readConfiguration(job: Job): ProjectRequest {
  const { PrimarySource, BuildspecOverride, EnvironmentVariables, BatchEnabled, CombineArtifacts } =
    job.configuration;
  for (const [key, value] of Object.entries({ BatchEnabled, CombineArtifacts })) {
    if (value?.toLowerCase() !== "true") continue;
    throw wrong(`Batch builds are not supported by this server (action '${job.pipeline.action}', ${key})`);
  }
  if (PrimarySource === undefined && job.inputArtifacts.length > 1) {
    throw wrong("PrimarySource must be specified when there is more than one input artifact");
  }
  if (PrimarySource !== undefined && !job.inputArtifacts.some(({ name }) => name === PrimarySource)) {
    const inputs = job.inputArtifacts.map(({ name }) => name).join(", ");
    throw wrong(
      `PrimarySource '${PrimarySource}' is not one of the input artifacts of the action: ${inputs}`,
    );
  }
  return {
    variables: EnvironmentVariables === undefined ? [] : readVariables(EnvironmentVariables),
    ...(PrimarySource === undefined ? {} : { primarySource: PrimarySource }),
    ...(BuildspecOverride === undefined ? {} : { buildspecOverride: BuildspecOverride }),
  };
}

const TYPES = ["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

function readVariables(json: string): readonly BuildVariable[] {
  const malformed = wrong("EnvironmentVariables is not a JSON array of name, value and type");
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw malformed;
  }
  if (!Array.isArray(parsed) || !parsed.every(isVariable)) throw malformed;
  return parsed;
}

function isVariable(value: unknown): value is BuildVariable {
  if (typeof value !== "object" || value === null) return false;
  const { name, value: text, type = "PLAINTEXT" } = value as Record<string, unknown>;
  return (
    typeof name === "string" &&
    NAME.test(name) &&
    typeof text === "string" &&
    typeof type === "string" &&
    TYPES.includes(type)
  );
}

function wrong(message: string): ProviderError {
  return new ProviderError("ConfigurationError", message);
}
