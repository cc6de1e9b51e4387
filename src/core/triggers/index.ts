export { readGlob, UNREADABLE } from "./glob.ts";
export { type Effort, judge, newEffort, pathsMeet, type Verdict } from "./match.ts";
export type * from "./types.ts";
