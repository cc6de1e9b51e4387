/** The AWS CLI, where a machine has it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { printed, runs } from "./found.ts";

/** What the CLI asks is the same on either database, and each of its commands takes its time: it is run on one. */
export const hasAwsCli = process.env.MILLRACE_TEST_DATABASE !== "postgres" && runs("aws", "--version");

/** Where pyenv stands in for it, the program itself: pyenv's part would take as long as the CLI's. */
const program = hasAwsCli ? (printed("pyenv", "which", "aws") ?? "aws") : "aws";

export interface Caller {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * @param home where it works, and looks for its configuration
 * @returns runs `aws …`; answers what it printed, which is JSON or nothing. @throws when it fails, with `stderr`
 */
export function awsCli({ endpoint, region, credentials }: Caller, home: string) {
  return async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      program,
      ["--endpoint-url", endpoint, "--output", "json", ...args],
      {
        cwd: home,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          AWS_DEFAULT_REGION: region,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_PAGER: "",
        },
      },
    );
    return stdout;
  };
}
