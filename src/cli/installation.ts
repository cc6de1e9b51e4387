/** Options of the commands that work on a data directory or database itself. */
import { ACCOUNT } from "../server/defaults.ts";
import type { Installation } from "../server/open-installation.ts";
import type { OptionDeclarations } from "./options.ts";

export const installationOptions = {
  "data-dir": { type: "string", value: "FOLDER", default: "./.millrace", help: "Of the server." },
  "database-url": { type: "string", value: "URL", help: "postgres://… where the server has one." },
} as const satisfies OptionDeclarations;

export const accountOption = {
  account: {
    type: "string",
    value: "ID",
    default: ACCOUNT,
    help: "12 digits; accounts of one server see nothing of each other.",
  },
} as const satisfies OptionDeclarations;

export function installationOf(options: {
  readonly "data-dir": string;
  readonly "database-url": string | undefined;
}): Installation {
  const databaseUrl = options["database-url"];
  const secretKey = process.env.MILLRACE_SECRET_KEY;
  return {
    dataDir: options["data-dir"],
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(secretKey !== undefined && { secretKey }),
  };
}
