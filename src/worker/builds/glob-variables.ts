import type { ArtifactSpec } from "../buildspec/index.ts";
import { namesIn, replaceNames } from "./variable-names.ts";

/** The variables that an artifact's paths name (P3.26). */
export function variablesOf(specs: readonly ArtifactSpec[]): readonly string[] {
  return namesIn(specs.flatMap((spec) => [...spec.files, ...spec.excludePaths, spec.baseDirectory ?? ""]));
}

/** The artifact with `$NAME` and `${NAME}` replaced; a variable that isn't set is nothing. */
export function withVariables(spec: ArtifactSpec, values: ReadonlyMap<string, string>): ArtifactSpec {
  const replace = (text: string) => replaceNames(text, values);
  return {
    ...spec,
    files: spec.files.map(replace),
    excludePaths: spec.excludePaths.map(replace),
    ...(spec.baseDirectory === undefined ? {} : { baseDirectory: replace(spec.baseDirectory) }),
  };
}
