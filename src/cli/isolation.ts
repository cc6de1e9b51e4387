/** Of whatever runs commands of others. */
import type { OptionDeclarations } from "./options.ts";

export const requireIsolationOption = {
  type: "boolean",
  help: "Doesn't start where builds would run without isolation: without bubblewrap, or where that doesn't work.",
} as const satisfies OptionDeclarations[string];
