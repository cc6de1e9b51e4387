export { createSources } from "./sources.ts";
export type * from "./types.ts";
