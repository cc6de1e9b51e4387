import type { ArtifactSpec, Buildspec } from "../buildspec/index.ts";
import type { JobArtifact } from "../protocol.ts";
import type { BuildLog } from "./build-log.ts";

/** What is put into which output artifact. */
export interface AssignedArtifact {
  readonly output: JobArtifact;
  readonly spec: ArtifactSpec;
}

/**
 * Decides what each declared output artifact is made of (P2.15). With one output, the buildspec's own artifact goes
 * there, unless a secondary one has exactly its name; with more, each takes the secondary artifact of its name.
 * What doesn't fit together is said in the log, and fails nothing.
 */
export function assignArtifacts(
  { artifacts, secondaryArtifacts }: Pick<Buildspec, "artifacts" | "secondaryArtifacts">,
  outputs: readonly JobArtifact[],
  log: BuildLog,
): readonly AssignedArtifact[] {
  const only = outputs.length === 1;
  const assigned: AssignedArtifact[] = [];
  for (const output of outputs) {
    const spec = secondaryArtifacts.get(output.name) ?? (only ? artifacts : undefined);
    if (spec === undefined) log.line(`[Millrace] output artifact ${output.name} was not produced`);
    else assigned.push({ output, spec });
  }
  for (const identifier of secondaryArtifacts.keys()) {
    if (outputs.some(({ name }) => name === identifier)) continue;
    log.line(
      `[Millrace] secondary artifact ${identifier} has no output artifact of that name and is ignored`,
    );
  }
  if (artifacts !== undefined && !assigned.some(({ spec }) => spec === artifacts)) {
    log.line("[Millrace] the buildspec's artifact has no output artifact to go to and is ignored");
  }
  return assigned;
}
