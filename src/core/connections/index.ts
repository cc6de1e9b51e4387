export { parseArn, SERVICE_NAMES, spellingsOf } from "./arn.ts";
export { createCompletion } from "./completion.ts";
export { type ConnectionsOptions, createConnections } from "./connections.ts";
export { allConnections, arnGiven } from "./listing.ts";
export { readPresets } from "./presets.ts";
export { isProviderType, needsHost, PROVIDER_TYPES } from "./provider-types.ts";
export type * from "./types.ts";
export { ConnectionError } from "./types.ts";
export type { Reach } from "./who-am-i.ts";
