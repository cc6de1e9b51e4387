import { ProviderError } from "../provider.ts";
import type { CommandSession } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";

/** Names and values together (E4.10). */
const MAX_BYTES = 122_880;

/**
 * The values that a build hands on (P3.12). Names beginning `AWS_` are left out, unset ones too, with a line.
 */
export async function readExported(
  names: readonly string[],
  session: CommandSession,
  log: BuildLog,
): Promise<ReadonlyMap<string, string>> {
  const allowed = names.filter((name) => !name.startsWith("AWS_"));
  for (const name of names) {
    if (!allowed.includes(name))
      log.line(`[Millrace] variable ${name} is not exported: names beginning with AWS_ stay inside`);
  }
  const values = await session.variables(allowed);
  for (const name of allowed) {
    if (!values.has(name)) log.line(`[Millrace] variable ${name} is not set and is not exported`);
  }
  return values;
}

/** @throws ProviderError JobFailed when they are larger than the output variables of an action may be */
export function checkExportedSize(variables: ReadonlyMap<string, string>): void {
  const bytes = variables
    .entries()
    .reduce((size, [name, value]) => size + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > MAX_BYTES) {
    throw new ProviderError(
      "JobFailed",
      `The output variables have ${bytes} bytes, names and values together; ${MAX_BYTES} are allowed.`,
    );
  }
}
