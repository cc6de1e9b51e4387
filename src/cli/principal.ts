/** What the commands of users and roles have in common: policies from files, tags. */
import { readFile } from "node:fs/promises";
import type { OptionDeclarations } from "./options.ts";
import { UsageError } from "./options.ts";

export const principalOptions = {
  policy: { type: "string", value: "FILE", help: "What it may do: a policy in IAM's JSON." },
  tag: {
    type: "list",
    value: "KEY=VALUE",
    help: "What policies can ask for by aws:PrincipalTag/KEY. Can be given again.",
  },
} as const satisfies OptionDeclarations;

/** @param option that named the file @throws UsageError when it can't be read */
export async function readPolicyFile(option: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${option}: ${path} can't be read (${error.code ?? error.message})`);
  });
}

/** @returns undefined when none is given @throws UsageError */
export function readTags(given: readonly string[]): Record<string, string> | undefined {
  if (given.length === 0) return undefined;
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`--tag takes KEY=VALUE, got '${text}'`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
