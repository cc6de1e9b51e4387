export { arnOf, parseArn, SERVICE_NAMES, spellingsOf, watchedRepository } from "./arn.ts";
export type { Reach } from "./call-host.ts";
export {
  type ChangedPaths,
  type Comparison,
  createPathComparer,
  type PathComparer,
} from "./changed-paths.ts";
export { createCompletion } from "./completion.ts";
export { type ConnectionsOptions, createConnections } from "./connections.ts";
export { allConnections, arnGiven } from "./listing.ts";
export { openConnection } from "./open-connection.ts";
export { readPresets } from "./presets.ts";
export { isProviderType, needsHost, PROVIDER_TYPES } from "./provider-types.ts";
export { refsOf, type SeenRefs } from "./refs.ts";
export { registerHook } from "./register-hook.ts";
export type * from "./types.ts";
export { ConnectionError } from "./types.ts";
