/** Whom a declaration's work is done as. */
import type { GivenDeclaration } from "./declaration.ts";

/** Every roleArn that a declaration gives to the pipeline, once each (§9.1). */
export function rolesOf({ roleArn, stages }: GivenDeclaration): string[] {
  const rules = stages.flatMap(({ beforeEntry, onSuccess, onFailure }) =>
    [beforeEntry, onSuccess, onFailure].flatMap((gate) =>
      (gate?.conditions ?? []).flatMap((condition) => condition.rules ?? []),
    ),
  );
  const parts = [...stages.flatMap(({ actions }) => actions), ...rules];
  return [...new Set([roleArn, ...parts.flatMap((part) => part.roleArn ?? [])])];
}
