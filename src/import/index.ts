export { type ImportOptions, importFiles } from "./import-files.ts";
export { ImportProblem } from "./problem.ts";
