/** How jobs run, in a server's process or in a worker's: options that both have. */
import type { OptionDeclarations } from "./options.ts";

export const jobOptions = {
  "require-isolation": {
    type: "boolean",
    help: "Doesn't start where builds would run without isolation: without bubblewrap, or where that doesn't work.",
  },
  "keep-failed": {
    type: "string",
    value: "HOURS",
    default: "0",
    help: "How long folders of failed jobs are kept, in failed/ of the work folder.",
  },
} as const satisfies OptionDeclarations;
