export { createCopies } from "./copies.ts";
export type { Copies, FailedCopy } from "./types.ts";
