export type * from "./command.ts";
export { decide } from "./decide.ts";
export type * from "./definition.ts";
export type * from "./effect.ts";
export { newPipelineState } from "./pipeline.ts";
export { parseReferences, type Reference, resolveText } from "./references.ts";
export { OPERATORS, patternProblem } from "./rules/variable-check.ts";
export { windowProblem } from "./rules/window.ts";
export type * from "./state.ts";
