import type { BuildVariable } from "../build-protocol.ts";
import type { Buildspec } from "../buildspec/index.ts";
import type { BuildLog } from "./build-log.ts";

/** The variables that a build was given, by precedence: buildspec, project, action, the later ones win (P3.6). */
export function givenVariables(
  buildspec: Pick<Buildspec, "variables" | "parameterStore" | "secretsManager">,
  given: readonly (readonly BuildVariable[])[],
  log: BuildLog,
): readonly BuildVariable[] {
  const all = new Map<string, BuildVariable>();
  for (const variable of [...buildspecVariables(buildspec), ...given.flat()])
    all.set(variable.name, variable);
  for (const name of all.keys()) {
    if (!name.startsWith("CODEBUILD_")) continue;
    log.line(`[Millrace] variable ${name} is ignored: names beginning with CODEBUILD_ are set by the build`);
    all.delete(name);
  }
  return [...all.values()];
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
