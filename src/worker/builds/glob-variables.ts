import type { ArtifactSpec } from "../buildspec/index.ts";

const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** The variables that an artifact's paths name (P3.26). */
export function variablesOf(specs: readonly ArtifactSpec[]): readonly string[] {
  const texts = specs.flatMap((spec) => [...spec.files, ...spec.excludePaths, spec.baseDirectory ?? ""]);
  const names = texts.flatMap((text) =>
    Array.from(text.matchAll(VARIABLE), (match) => match[1] ?? match[2] ?? ""),
  );
  return [...new Set(names)];
}

/** The artifact with `$NAME` and `${NAME}` replaced; a variable that isn't set is nothing. */
export function withVariables(spec: ArtifactSpec, values: ReadonlyMap<string, string>): ArtifactSpec {
  const replace = (text: string) =>
    text.replace(
      VARIABLE,
      (_whole, braced?: string, plain?: string) => values.get(braced ?? plain ?? "") ?? "",
    );
  return {
    ...spec,
    files: spec.files.map(replace),
    excludePaths: spec.excludePaths.map(replace),
    ...(spec.baseDirectory === undefined ? {} : { baseDirectory: replace(spec.baseDirectory) }),
  };
}
