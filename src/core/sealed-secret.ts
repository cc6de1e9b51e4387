/**
 * How values of secret properties are kept: sealed in declarations, definitions, history and queued work, opened
 * only for the job that needs them and shown as `****` to everybody else (api.md §6, design decision 9).
 */
import type { Access } from "./access/types.ts";

const PREFIX = "sealed-secret:";
const CONTEXT = "secret-property";

export function sealSecret(access: Pick<Access, "seal">, value: string): string {
  return PREFIX + access.seal(value, CONTEXT);
}

/** The secret in clear; undefined when `value` isn't one that this installation sealed. */
export function openSecret(access: Pick<Access, "unseal">, value: string): string | undefined {
  return value.startsWith(PREFIX) ? access.unseal(value.slice(PREFIX.length), CONTEXT) : undefined;
}

/** A configuration with its secrets in clear: for the job alone. */
export function openSecrets(
  access: Pick<Access, "unseal">,
  configuration: Readonly<Record<string, string>>,
): Record<string, string> {
  return mapValues(configuration, (value) => openSecret(access, value) ?? value);
}

/** A configuration as it may be shown: secrets as `****`. */
export function maskSecrets(
  access: Pick<Access, "unseal">,
  configuration: Readonly<Record<string, string>>,
): Record<string, string> {
  return mapValues(configuration, (value) => (openSecret(access, value) === undefined ? value : "****"));
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
