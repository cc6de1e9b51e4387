export { createLogs } from "./logs.ts";
export type * from "./types.ts";
export { LogError } from "./types.ts";
