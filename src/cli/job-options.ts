/** How jobs run, in a server's process or in a worker's: options that both have. */
import { type OptionDeclarations, readNumber, UsageError } from "./options.ts";

export const jobOptions = {
  "require-isolation": {
    type: "boolean",
    help: "Doesn't start where builds would run without isolation: without bubblewrap, or where that doesn't work.",
  },
  path: {
    type: "string",
    value: "FOLDERS",
    help: "PATH of commands, as /opt/tools/bin:/usr/bin:/bin. Default: that of this process.",
  },
  "ro-paths": {
    type: "string",
    value: "PATHS",
    help: "What commands in bubblewrap may read besides the system's folders: /srv/sdk,/data/models.",
  },
  "disk-limit": {
    type: "string",
    value: "GIB",
    default: "20",
    help: "What the files of one job may take on disk together, in GiB.",
  },
  "keep-failed": {
    type: "string",
    value: "HOURS",
    default: "0",
    help: "How long folders of failed jobs are kept, in failed/ of the work folder.",
  },
} as const satisfies OptionDeclarations;

interface SandboxFlags {
  readonly path?: string | undefined;
  readonly "ro-paths"?: string | undefined;
}

/** Those that were given. */
export function hostView({ path, "ro-paths": roPaths }: SandboxFlags) {
  return {
    ...(path !== undefined && { path }),
    ...(roPaths !== undefined && { roPaths: roPaths.split(",") }),
  };
}

/** @returns GiB @throws UsageError */
export function readDiskLimit(text: string): number {
  const limit = readNumber("disk-limit", text);
  if (limit < 1 || limit > 1_000_000)
    throw new UsageError(`--disk-limit takes a whole number of GiB from 1 to 1000000, got '${text}'`);
  return limit;
}
