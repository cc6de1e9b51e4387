export { createOutsideSecrets } from "./outside.ts";
export { createSecrets } from "./secrets.ts";
export type * from "./types.ts";
export { SecretError } from "./types.ts";
