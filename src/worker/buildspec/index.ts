/** What a buildspec says (providers.md P3), without running anything. */
export { type ArtifactSpec, type Buildspec, PHASES, type PhaseName, type PhaseSpec } from "./buildspec.ts";
export { type BuildPhaseName, type PhaseStatus, phaseAfter } from "./flow.ts";
export { readGlob } from "./glob.ts";
export type { OnFailure } from "./on-failure.ts";
export { type ParsedBuildspec, parseBuildspec } from "./parse.ts";
export { MAX_BUILDSPEC_BYTES } from "./read-yaml.ts";
