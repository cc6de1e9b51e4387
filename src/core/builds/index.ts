export { createBuilds } from "./builds.ts";
export type * from "./types.ts";
