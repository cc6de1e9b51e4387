import type { Buildspec } from "../buildspec/index.ts";
import type { BuildVariable } from "../protocol.ts";
import type { BuildLog } from "./build-log.ts";
import { PhaseFailure } from "./phase-failure.ts";

/**
 * The variables that a build was given, by precedence: buildspec, project, action, the later ones win (P3.6).
 *
 * @throws PhaseFailure when one is to come from a secret store, in the words of P3.10: there is none yet, so no
 * secret is ever found
 */
export function givenVariables(
  buildspec: Pick<Buildspec, "variables" | "parameterStore" | "secretsManager">,
  given: readonly (readonly BuildVariable[])[],
  log: BuildLog,
): Readonly<Record<string, string>> {
  const all = new Map<string, BuildVariable>();
  for (const variable of [...buildspecVariables(buildspec), ...given.flat()])
    all.set(variable.name, variable);
  for (const name of all.keys()) {
    if (!name.startsWith("CODEBUILD_")) continue;
    log.line(`[Millrace] variable ${name} is ignored: names beginning with CODEBUILD_ are set by the build`);
    all.delete(name);
  }
  return Object.fromEntries(all.values().map((variable) => [variable.name, plainValue(variable)]));
}

/** Within a buildspec, for one name: variables, then parameter-store, then secrets-manager (P3.6). */
function buildspecVariables({
  variables,
  parameterStore,
  secretsManager,
}: Pick<Buildspec, "variables" | "parameterStore" | "secretsManager">): BuildVariable[] {
  const typed = (map: ReadonlyMap<string, string>, type: string) =>
    Array.from(map, ([name, value]) => ({ name, value, type }));
  return [
    ...typed(variables, "PLAINTEXT"),
    ...typed(parameterStore, "PARAMETER_STORE"),
    ...typed(secretsManager, "SECRETS_MANAGER"),
  ];
}

function plainValue({ name, value, type = "PLAINTEXT" }: BuildVariable): string {
  switch (type) {
    case "PLAINTEXT":
      return value;
    case "PARAMETER_STORE":
      throw new PhaseFailure("Decrypted Variables Error", `parameter does not exist: ${value}`);
    case "SECRETS_MANAGER":
      throw new PhaseFailure(
        "Secrets Manager Error Message",
        "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      );
    default:
      throw new PhaseFailure("CLIENT_ERROR", `variable ${name} has an unknown type: ${type}`);
  }
}
