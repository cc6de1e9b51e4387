export { createPolling, type PollingOptions } from "./polling.ts";
export { createSources } from "./sources.ts";
export type * from "./types.ts";
