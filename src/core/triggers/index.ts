export { readGlob, UNREADABLE } from "./glob.ts";
export { judge, pathsMeet, type Verdict } from "./match.ts";
export type * from "./types.ts";
