import { ProviderError } from "../provider.ts";
import type { CommandSession } from "../sandbox/index.ts";
import type { BuildLog } from "./build-log.ts";

/** Names and values together (E4.10). */
const MAX_BYTES = 122_880;

/**
 * The values that a build hands on (P3.12). Names beginning `AWS_` are left out, secrets and unset ones too, with a line.
 *
 * @param secretNames variables that came from a secret store
 */
export async function readExported(
  names: readonly string[],
  secretNames: ReadonlySet<string>,
  session: CommandSession,
  log: BuildLog,
): Promise<ReadonlyMap<string, string>> {
  const allowed = names.filter((name) => {
    const reason = whyKept(name, secretNames);
    if (reason !== undefined) log.line(`[Millrace] variable ${name} is not exported: ${reason}`);
    return reason === undefined;
  });
  const values = await session.variables(allowed);
  for (const name of allowed) {
    if (!values.has(name)) log.line(`[Millrace] variable ${name} is not set and is not exported`);
  }
  return values;
}

function whyKept(name: string, secretNames: ReadonlySet<string>): string | undefined {
  if (name.startsWith("AWS_")) return "names beginning with AWS_ stay inside";
  return secretNames.has(name) ? "its value is a secret" : undefined;
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
